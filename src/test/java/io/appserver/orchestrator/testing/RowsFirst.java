package io.appserver.orchestrator.testing;

import java.util.Comparator;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Begins with the classes that hold a lock: they take turns, such rows are long, and all others fit
 * beside them.
 */
public final class RowsFirst implements ClassOrderer {

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context.getClassDescriptors().sort(Comparator.comparing(descriptor -> !holdsALock(descriptor)));
  }

  private static boolean holdsALock(ClassDescriptor descriptor) {
    return !descriptor.findRepeatableAnnotations(ResourceLock.class).isEmpty();
  }
}
