package dev.deployctl;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * Takes Ctrl-C and its like over from the JVM. The JDK has no supported interface for that, and a
 * shutdown hook cannot let the main thread finish and be interrupted a second time; so this goes by
 * reflection, and does without where it cannot.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code handler} at each signal of this name, such as {@code INT}, until the handle is
   * closed; empty where the JVM does not let us.
   */
  static Optional<Runnable> on(String name, Runnable handler) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      Object proxy =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  handler.run();
                  return null;
                }
                return method.getName().equals("hashCode") ? System.identityHashCode(self) : null;
              });
      Method handle = signalType.getMethod("handle", signalType, handlerType);
      Object before = handle.invoke(null, signal, proxy);
      return Optional.of(() -> restore(handle, signal, before));
    } catch (ReflectiveOperationException | IllegalArgumentException notHere) {
      return Optional.empty();
    }
  }

  private static void restore(Method handle, Object signal, Object before) {
    try {
      handle.invoke(null, signal, before);
    } catch (IllegalAccessException | InvocationTargetException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
