package io.caravan.cli;

import java.lang.reflect.Proxy;

/**
 * The signals of the operating system. A shutdown hook could not tell a second signal from the first, and the compiler
 * lets nobody name {@code sun.misc.Signal} without a warning, though every JDK has it: so it is called by reflection.
 */
final class Signals {

    private Signals() {}

    /** From here on the signal ({@code TERM}, {@code INT}) does this instead of ending the process. */
    static void on(String signal, Runnable action) {
        try {
            Class<?> type = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            type.getMethod("handle", type, handlerType)
                    .invoke(null, type.getConstructor(String.class).newInstance(signal), handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java lets nobody handle signals", e);
        }
    }
}
