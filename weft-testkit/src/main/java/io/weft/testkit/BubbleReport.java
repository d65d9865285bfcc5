package io.weft.testkit;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words for what goroutines of a bubble do. */
final class BubbleReport {

    private static final int GOROUTINES_MAX = 100;
    private static final int FRAMES_MAX = 30;

    private BubbleReport() {}

    /** Called while a goroutine is being started: by whom, and where. */
    static String originOfStart() {
        return StackWalker.getInstance()
                .walk(
                        frames ->
                                "started by "
                                        + name(Thread.currentThread())
                                        + frames.filter(frame -> isOfProgram(frame.getClassName()))
                                                .findFirst()
                                                .map(frame -> " at " + frame.toStackTraceElement())
                                                .orElse(""));
    }

    /** What the JDK and the runtime have between the program and the scheduler. */
    private static boolean isOfProgram(String type) {
        return !type.startsWith("java.")
                && !type.startsWith("jdk.")
                && !type.startsWith("io.weft.sched.")
                && !type.startsWith("io.weft.fiber.")
                && !type.startsWith("io.weft.testkit.Bubble")
                && !type.equals("io.weft.Weft");
    }

    private static String name(Thread thread) {
        String name = thread.getName();
        String number = (thread.isVirtual() ? "goroutine " : "thread ") + thread.threadId();
        return name.isEmpty() ? number : number + " \"" + name + '"';
    }

    /** Why a bubble cannot go on. */
    static String deadlock(boolean bodyEnded, List<BubbleMember> members, VirtualClock clock) {
        StringBuilder text = new StringBuilder(1024);
        if (bodyEnded) {
            text.append("deadlock: main bubble goroutine has exited but blocked goroutines remain");
            text.append("; time stands still then. End what the body starts before it returns.");
        } else {
            text.append("deadlock: all goroutines in bubble are blocked");
            text.append(", and no timer is armed.");
        }
        text.append(" What waits for a thread outside has to do so in Bubble.outside.\nIt is ");
        text.append(clock.instant()).append(" in the bubble.\n");
        list(members, clock, text);
        return text.toString();
    }

    /** Why a wait of the JDK does not end. */
    static String measuring(BubbleMember member, VirtualClock clock) {
        StringBuilder text = new StringBuilder(1024);
        text.append(
                "the time of a wait is over in the bubble, but not for the JDK, which measures");
        text.append(
                " by System.nanoTime and waits on. Let it see the time of the bubble: start the");
        text.append(" JVM with -javaagent:weft-testkit.jar, or with");
        text.append(
                " -Djdk.attach.allowAttachSelf=true -XX:+EnableDynamicAgentLoading. Or wait by");
        text.append(" Weft: Weft.sleep, a channel, a select, a timer.\n");
        describe(member, clock, text);
        return text.toString();
    }

    /** Why a bubble was given up that had been interrupted. */
    static String endless(List<BubbleMember> members, VirtualClock clock, String scheduler) {
        StringBuilder text = new StringBuilder(1024);
        text.append(
                "the bubble was interrupted and does not end: a goroutine runs on, or waits for");
        text.append(" somebody outside.\n");
        list(members, clock, text);
        return text.append('\n').append(scheduler).toString();
    }

    private static void list(List<BubbleMember> members, VirtualClock clock, StringBuilder text) {
        for (BubbleMember member : members.subList(0, Math.min(members.size(), GOROUTINES_MAX))) {
            describe(member, clock, text);
        }
        if (members.size() > GOROUTINES_MAX) {
            text.append("\nand ").append(members.size() - GOROUTINES_MAX).append(" more\n");
        }
    }

    private static void describe(BubbleMember member, VirtualClock clock, StringBuilder text) {
        Thread thread = member.thread;
        text.append('\n').append(name(thread)).append(", ").append(thread.getState());
        long waited = clock.nanoTime() - member.waitsSinceNanos;
        text.append(" for ").append(Duration.ofNanos(waited));
        @Nullable Object blocker = member.blocker();
        if (blocker != null) {
            text.append(" on ").append(blocker);
        }
        text.append(", ").append(member.origin).append('\n');
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 0; i < Math.min(stack.length, FRAMES_MAX); i++) {
            text.append("    at ").append(stack[i]).append('\n');
        }
        if (stack.length > FRAMES_MAX) {
            text.append("    and ").append(stack.length - FRAMES_MAX).append(" more\n");
        }
    }
}
