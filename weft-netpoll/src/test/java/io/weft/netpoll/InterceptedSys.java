package io.weft.netpoll;

import io.weft.linux.Sys;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A kernel of which some calls are answered by the test. */
final class InterceptedSys implements InvocationHandler {

    /** Answers one kind of call, with or without the kernel. */
    @FunctionalInterface
    interface Answer {
        Object answer(Object[] arguments, Callable<Object> kernel) throws Exception;
    }

    private final Sys kernel;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    InterceptedSys(Sys kernel) {
        this.kernel = kernel;
    }

    Sys sys() {
        return (Sys)
                Proxy.newProxyInstance(
                        Sys.class.getClassLoader(), new Class<?>[] {Sys.class}, this);
    }

    /** From here on the calls of that name are answered so. */
    InterceptedSys on(String call, Answer answer) {
        if (Arrays.stream(Sys.class.getMethods()).noneMatch(m -> m.getName().equals(call))) {
            throw new IllegalArgumentException("no system call has the name " + call);
        }
        answers.put(call, answer);
        return this;
    }

    /** From here on the calls of that name answer with an errno. */
    InterceptedSys fail(String call, int errno) {
        return on(call, (_, _) -> -errno);
    }

    /** From here on the calls of that name go to the kernel again. */
    InterceptedSys heal(String call) {
        answers.remove(call);
        return this;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
            throws Throwable {
        Object[] given = arguments == null ? new Object[0] : arguments;
        Answer answer = answers.get(method.getName());
        if (answer != null) {
            return answer.answer(given, () -> call(method, given));
        }
        return call(method, given);
    }

    private Object call(Method method, Object[] arguments) throws Exception {
        try {
            return method.invoke(kernel, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
