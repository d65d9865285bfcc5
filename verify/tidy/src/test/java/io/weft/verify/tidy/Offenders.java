package io.weft.verify.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** For each rule, and for each ban in it, a file that breaks it. */
final class Offenders {

    private static final String SCHED = "weft-sched/src/main/java/io/weft/sched/A.java";
    private static final String LINUX = "weft-linux/src/main/java/io/weft/linux/A.java";
    private static final String NET = "weft-net/src/main/java/io/weft/net/A.java";
    private static final String FIBER = "weft-fiber/src/main/java/io/weft/fiber/A.java";
    private static final String TEST = "weft-net/src/test/java/io/weft/net/ATest.java";
    private static final String POM = "weft-net/pom.xml";
    private static final String DOC = "docs/README.md";

    private Offenders() {}

    static List<Offender> all() {
        List<Offender> all = new ArrayList<>();
        Stream.of(shapes(), arrows(), calls(), texts(), packages(), house()).forEach(all::addAll);
        return all;
    }

    private static List<Offender> shapes() {
        Rule shape = new MethodShape();
        String lines = "a();\n".repeat(MethodShape.LINES_MAX);
        String fewerLines = "a();\n".repeat(MethodShape.LINES_MAX - 2);
        String six = "void f(int a, int b, int c, int d, int e, int g) {}";
        return List.of(
                new Offender(
                        new FileLength(),
                        SCHED,
                        "int x;\n".repeat(FileLength.LINES_MAX + 1),
                        FileLength.LINES_MAX,
                        "int x;\n".repeat(FileLength.LINES_MAX)),
                new Offender(shape, SCHED, method(lines), 2, method(fewerLines)),
                new Offender(
                        shape,
                        SCHED,
                        method("if (a)\nfor (;;)\ntry {\nwhile (b) {}\n} catch (A e) { b(); }\n"),
                        6,
                        method("if (a) {} else if (b) {} else if (c) {} else if (d) {}\n")),
                new Offender(
                        shape,
                        SCHED,
                        method("for (;;) { do { switch (a) { case 1:\nif (b) {} } } while (c); }"),
                        4,
                        method(
                                "for (;;) { do { switch (a) { case 1: try { a(() -> { if (b) {} });"
                                        + " } finally {} } } while (c); }")),
                new Offender(shape, SCHED, type(six), 2, type("@Override " + six)),
                new Offender(
                        shape,
                        SCHED,
                        type("A(int a, int b, int c, int d, int e, int g) {}"),
                        2,
                        "record A(int a, int b, int c, int d, int e, int g) {\nA {}\n}\n"));
    }

    private static List<Offender> arrows() {
        String dependency = "<dependency><groupId>%s</groupId>%s</dependency>\n";
        return List.of(
                new Offender(
                        new ModuleArrows(),
                        "weft-sched/src/main/java/module-info.java",
                        "module io.weft.sched {\nrequires io.weft.linux;\n}\n",
                        2,
                        "module io.weft.sched {\n// io.weft.linux\n}\n"),
                new Offender(
                        new ModuleArrows(),
                        NET,
                        "import io.weft.fiber.Goroutine;\n",
                        1,
                        "import io.weft.sched.Scheduler;\nimport io.weft.netpoll.PollDesc;\n"),
                new Offender(
                        new ModuleArrows(),
                        NET,
                        type("io.weft.Weft weft;"),
                        2,
                        type("io.weft.net.TcpConn conn;")),
                new Offender(
                        new CoreDependencies(),
                        NET,
                        "import java.util.List;\nimport com.google.gson.Gson;\n",
                        2,
                        "import java.util.List;\nimport org.jspecify.annotations.Nullable;\n"),
                new Offender(
                        new CoreDependencies(),
                        POM,
                        dependency.formatted("org.slf4j", ""),
                        1,
                        dependency.formatted("org.slf4j", "<scope>test</scope>")),
                new Offender(
                        new JdkInternals(),
                        NET,
                        type("Object o = Class.forName(\"java.lang.VirtualThread\");"),
                        2,
                        type("Object o = 1; // not java.lang.VirtualThread")));
    }

    private static List<Offender> calls() {
        return List.of(
                call(LINUX, "synchronized (a) {}", "lock.lock();"),
                call(LINUX, "System.out.println(a);", "logger.log(a, \"System.out\");"),
                call(NET, "Thread.sleep(1);", "LockSupport.parkNanos(1); // no Thread.sleep"),
                call(NET, "System.currentTimeMillis();", "System.nanoTime();"),
                call(NET, "e.printStackTrace();", "logger.log(ERROR, \"\", e);"),
                call(FIBER, "String.format(a, b);", "a(\"String.format\" + b);"),
                call(FIBER, "\"%s\".formatted(a);", "\"\".concat(a);"),
                call(SCHED, "System.nanoTime();", "clock.nanoTime();"),
                call(NET, "System.exit(1);", "throw new A();"),
                call(NET, "System.gc();", "a.gc();"),
                call(NET, "new Vector(1);", "new ArrayList(1);"),
                call(TEST, "assumeTrue(a);", "assertTrue(a);"));
    }

    private static List<Offender> texts() {
        return List.of(
                new Offender(
                        new EmptyCatch(),
                        SCHED,
                        method("try { a(); }\ncatch (A | B e) {\n}\n"),
                        4,
                        method("try { a(); } catch (A e) {\n// the peer is gone: fine\n}\n")),
                new Offender(new PlainText(), SCHED, "class A {\n\tint a;\n}\n", 2, "class A {}\n"),
                new Offender(new PlainText(), POM, "<a>\n</a> \n", 2, "<a>\n</a>\n"),
                new Offender(new PlainText(), POM, "<a>\n</a>", 2, "<a>\n</a>\n"),
                new Offender(
                        new CommentVoice(),
                        SCHED,
                        "class A {}\n// TODO later\n",
                        2,
                        "class A { String a = \"TODO\"; }\n"),
                new Offender(
                        new CommentVoice(),
                        SCHED,
                        "/** Fast! */\nclass A {}\n",
                        1,
                        "/** Fast if a != b. */\nclass A {}\n"),
                new Offender(
                        new ForeignPlaces(),
                        NET,
                        type("String a = \"/home/joe/weft\";"),
                        2,
                        type("String a = \"src/home/joe/weft\";")),
                new Offender(
                        new ForeignPlaces(),
                        TEST,
                        type("Path a = Path.of(\"/tmp/a\");"),
                        2,
                        type("@TempDir Path a;")),
                new Offender(
                        new ForeignPlaces(),
                        POM,
                        "<project>\n<repositories>\n",
                        2,
                        "<project>\n<dependencies>\n"));
    }

    private static List<Offender> packages() {
        String folder = NET.substring(0, NET.lastIndexOf('/'));
        return List.of(
                new Offender(
                        new NullMarkedPackages(),
                        folder + "/package-info.java",
                        "package io.weft.net;\n",
                        1,
                        "@NullMarked\npackage io.weft.net;\n"));
    }

    private static List<Offender> house() {
        Rule house = new House();
        return List.of(
                new Offender(house, "LICENSE", "All rights reserved\n", 1, "Apache License\n"),
                new Offender(house, DOC, "[a](A.md)\n", 1, "[this](README.md)\n"),
                new Offender(house, DOC, "a\n`NoSuchTest.passes`\n", 2, "`RuleTest.passes`\n"),
                new Offender(house, "docs/adr/0001.md", "# A\n", 1, ""));
    }

    private static Offender call(String path, String bad, String good) {
        return new Offender(new BannedCalls(), path, method(bad + "\n"), 3, method(good + "\n"));
    }

    private static String type(String member) {
        return "class A {\n" + member + "\n}\n";
    }

    private static String method(String body) {
        return type("void f() {\n" + body + "}");
    }
}
