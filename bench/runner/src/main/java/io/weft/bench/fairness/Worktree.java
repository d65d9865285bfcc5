package io.weft.bench.fairness;

import io.weft.bench.Failure;
import io.weft.bench.process.Child;
import io.weft.bench.process.ChildException;
import io.weft.bench.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Another commit of the project, checked out and built in a folder that goes away again. */
final class Worktree implements AutoCloseable {

    private static final double GIT_SECONDS = 60;
    private static final double BUILD_SECONDS = 900;
    private static final int NAME_MOST = 12;

    private final Home project;
    private final Path folder;
    private final Thread remover = new Thread(this::removeAtExit, "remove worktree");

    private Worktree(Home project, Path folder) {
        this.project = project;
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(remover);
    }

    /**
     * Checks a commit out.
     *
     * @throws Failure if git knows no such commit
     */
    static Worktree of(Home project, String commit) throws Failure, InterruptedException {
        String root = project.root().toString();
        String name = commit.replaceAll("\\W", "-");
        Path folder;
        try {
            String prefix = "weft-" + name.substring(0, Math.min(NAME_MOST, name.length())) + "-";
            folder = Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new Failure("no folder for the commit before: " + e.getMessage());
        }
        run(
                List.of(
                        "git",
                        "-C",
                        root,
                        "worktree",
                        "add",
                        "--detach",
                        "--force",
                        folder.toString(),
                        commit),
                GIT_SECONDS,
                "--before " + commit);
        return new Worktree(project, folder);
    }

    Home home() {
        return new Home(folder);
    }

    /** Its launcher builds when it is called. */
    void build() throws Failure, InterruptedException {
        run(
                List.of(folder.resolve("weft").toString(), "--version"),
                BUILD_SECONDS,
                "the commit before does not build");
    }

    private static void run(List<String> command, double seconds, String what)
            throws Failure, InterruptedException {
        try (Child child = Child.start(command.getFirst(), command, Map.of())) {
            if (!child.awaitEnd(seconds)) {
                throw new Failure("%s: no end within %.0f s".formatted(what, seconds));
            }
            if (!child.endedWell()) {
                throw new Failure(what + ": " + child.ended().getMessage());
            }
        } catch (ChildException e) {
            throw new Failure(what + ": " + e.getMessage());
        }
    }

    /** What cannot be removed is said, and is no reason to lose the figures. */
    @Override
    public void close() {
        try {
            run(removal(), GIT_SECONDS, "the folder of the commit before cannot be removed");
        } catch (Failure e) {
            System.err.println("weft bench fairness: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        forgetRemover();
    }

    private List<String> removal() {
        String root = project.root().toString();
        return List.of(
                "git", "-C", root, "worktree", "remove", "--force", "--force", folder.toString());
    }

    /** When the harness is ended by a signal. */
    private void removeAtExit() {
        try {
            new ProcessBuilder(removal()).start().waitFor();
        } catch (IOException | InterruptedException e) {
            System.err.printf("weft bench fairness: %s remains: %s%n", folder, e.getMessage());
        }
    }

    private void forgetRemover() {
        try {
            Runtime.getRuntime().removeShutdownHook(remover);
        } catch (IllegalStateException e) {
            // The JVM is ending already; the hook finds nothing to remove.
            return;
        }
    }
}
