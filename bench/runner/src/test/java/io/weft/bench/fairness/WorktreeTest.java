package io.weft.bench.fairness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.bench.Failure;
import io.weft.bench.process.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another commit in a folder of its own. */
@Timeout(60)
class WorktreeTest {

    @TempDir private Path root = Path.of("");

    @BeforeEach
    void makeARepository() throws Exception {
        git("init", "--quiet");
        commit("#!/bin/sh\nexit 0\n", "one");
        git("tag", "good");
        commit("#!/bin/sh\necho 'no compiler' >&2\nexit 1\n", "two");
    }

    private void commit(String launcher, String message) throws Exception {
        Path weft = root.resolve("weft");
        Files.writeString(weft, launcher);
        assertThat(weft.toFile().setExecutable(true)).isTrue();
        git("add", "weft");
        git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "-m", message);
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command).inheritIO().start();
        assertThat(git.waitFor()).as("git " + String.join(" ", arguments)).isZero();
    }

    @Test
    void aCommitIsCheckedOutBuiltAndRemovedAgain() throws Exception {
        Path folder;
        try (Worktree worktree = Worktree.of(new Home(root), "good")) {
            folder = worktree.home().root();
            assertThat(Files.readString(folder.resolve("weft"))).contains("exit 0");
            worktree.build();
        }
        assertThat(folder).doesNotExist();
        assertThat(root.resolve(".git/worktrees")).doesNotExist();
    }

    @Test
    void aCommitThatDoesNotBuildSaysWhyAndIsRemoved() throws Exception {
        Path folder;
        try (Worktree worktree = Worktree.of(new Home(root), "HEAD")) {
            folder = worktree.home().root();
            assertThatThrownBy(worktree::build)
                    .isInstanceOf(Failure.class)
                    .hasMessageContainingAll("does not build", "no compiler");
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void anUnknownCommitIsNamed() {
        assertThatThrownBy(() -> Worktree.of(new Home(root), "nowhere"))
                .isInstanceOf(Failure.class)
                .hasMessageContainingAll("--before nowhere", "invalid reference");
    }
}
