package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Calls that are wrong here, each with its replacement and the reason. */
final class BannedCalls implements Rule {

    /** A ban: where it holds, the code it finds, and what to say. */
    private record Ban(Predicate<SourceFile> where, Pattern code, String cure) {}

    private static final Predicate<SourceFile> MAIN = SourceFile::isMainJava;

    private static final Predicate<SourceFile> TEST = SourceFile::isTestJava;

    private static final Predicate<SourceFile> CORE =
            f -> f.isMainJava() && Modules.CORE.contains(f.module());

    private static final Predicate<SourceFile> SCHEDULING =
            CORE.and(f -> !f.module().equals("weft-facade") && !f.module().equals("weft-net"));

    private static final List<Ban> BANS =
            List.of(
                    ban(
                            CORE,
                            "\\bsynchronized\\b",
                            "use a VarHandle or a ReentrantLock: one JVM-wide thread resumes"
                                    + " every contended monitor of a virtual thread"),
                    ban(
                            CORE,
                            "\\bSystem\\s*\\.\\s*(out|err)\\b",
                            "use System.Logger: the streams belong to the application, and take"
                                    + " a lock"),
                    ban(
                            CORE,
                            "\\bThread\\s*\\.\\s*sleep\\b",
                            "use LockSupport.parkNanos, or wait for what you wait for: a sleep"
                                    + " hides a missing wake-up"),
                    ban(
                            MAIN,
                            "\\bSystem\\s*\\.\\s*currentTimeMillis\\b",
                            "use System.nanoTime or a Clock: wall time jumps; Instant.now() for"
                                    + " a date that people read"),
                    ban(
                            MAIN,
                            "\\bprintStackTrace\\b",
                            "use System.Logger or the thread's uncaught-exception handler: the"
                                    + " message must reach the application's log"),
                    ban(
                            SCHEDULING,
                            "\\bString\\s*\\.\\s*format\\b|\\.formatted\\s*\\(",
                            "concatenate: a formatter loads classes and parses on a path that"
                                    + " may run inside an unpark"),
                    ban(
                            f -> CORE.test(f) && f.module().equals("weft-sched") && !isSpi(f),
                            "\\bSystem\\s*(\\.|::)\\s*nanoTime\\b|\\bThreadLocalRandom\\b"
                                    + "|\\bMath\\s*\\.\\s*random\\b",
                            "take a Clock or a Prng: chance and time enter the scheduler through"
                                    + " its interfaces, so that a simulation can replace them"),
                    ban(
                            CORE.and(f -> !f.path().endsWith("/io/weft/ProcessEnd.java")),
                            "\\bSystem\\s*\\.\\s*exit\\b|\\.halt\\s*\\(",
                            "throw: ending the process is the application's decision, and then for"
                                    + " ProcessEnd"),
                    ban(
                            MAIN,
                            "\\bSystem\\s*\\.\\s*gc\\b",
                            "remove it: a library does not collect the application's garbage"),
                    ban(
                            MAIN,
                            "\\bnew\\s+Vector\\b|\\bnew\\s+Hashtable\\b|\\bnew\\s+Stack\\b",
                            "use ArrayList, HashMap or ArrayDeque: these lock every call"),
                    ban(
                            TEST,
                            "@Disabled\\b|\\bAssumptions\\b|\\bassumeTrue\\b|\\bassumeThat\\b",
                            "make it pass or delete it: a skipped test proves nothing and looks"
                                    + " as if it did"));

    @Override
    public String name() {
        return "banned calls";
    }

    @Override
    public List<Finding> check(SourceTree tree) {
        List<Finding> findings = new ArrayList<>();
        for (Ban ban : BANS) {
            tree.java().filter(ban.where()).forEach(f -> check(f, ban, findings));
        }
        return findings;
    }

    private static void check(SourceFile file, Ban ban, List<Finding> findings) {
        Matcher found = ban.code().matcher(file.javaText().bareCode());
        while (found.find()) {
            findings.add(file.at(found.start(), found.group().strip() + ": " + ban.cure()));
        }
    }

    private static boolean isSpi(SourceFile file) {
        return file.folder().endsWith("/spi");
    }

    private static Ban ban(Predicate<SourceFile> where, String code, String cure) {
        return new Ban(where, Pattern.compile(code), cure);
    }
}
