package io.appserver.orchestrator.testing;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Begins with the classes that hold a lock: they take turns, such rows are long, and all others fit
 * beside them. Of those others the ones with a low {@link Order} begin, as they wait long: at the
 * end they would wait alone.
 */
public final class RowsFirst implements ClassOrderer {

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(
            Comparator.comparing((ClassDescriptor descriptor) -> !holdsALock(descriptor))
                .thenComparingInt(RowsFirst::order));
  }

  private static int order(ClassDescriptor descriptor) {
    return descriptor.findAnnotation(Order.class).map(Order::value).orElse(Order.DEFAULT);
  }

  private static boolean holdsALock(ClassDescriptor descriptor) {
    return !descriptor.findRepeatableAnnotations(ResourceLock.class).isEmpty();
  }
}
