package io.appserver.orchestrator.e2e.support;

import java.util.Comparator;
import java.util.Set;
import org.junit.jupiter.api.ClassDescriptor;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.ClassOrdererContext;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Begins with the classes that take turns with a server of their own: they are the longest rows,
 * and all others fit beside them.
 */
public final class OwnServersFirst implements ClassOrderer {

  @Override
  public void orderClasses(ClassOrdererContext context) {
    context
        .getClassDescriptors()
        .sort(Comparator.comparing(descriptor -> !startsAServer(descriptor)));
  }

  private static boolean startsAServer(ClassDescriptor descriptor) {
    return descriptor.findRepeatableAnnotations(ResourceLock.class).stream()
        .map(ResourceLock::value)
        .anyMatch(Set.of(EndToEnd.OWN_SERVER, EndToEnd.OTHER_SERVER)::contains);
  }
}
