package io.weft.verify.tidy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The text files of the project: everything a person wrote, nothing a build made. */
record SourceTree(List<SourceFile> files) {

    private static final Set<String> SKIPPED_FOLDERS =
            Set.of(".git", ".idea", ".vscode", "target", "node_modules", "third-party");

    private static final Set<String> TEXT =
            Set.of(
                    "c",
                    "go",
                    "h",
                    "html",
                    "java",
                    "js",
                    "json",
                    "md",
                    "pml",
                    "properties",
                    "sh",
                    "svg",
                    "txt",
                    "xml",
                    "yml");

    private static final Set<String> TEXT_NAMES =
            Set.of("LICENSE", ".editorconfig", ".gitignore", "weft", "run");

    /** A tree that exists only in a test. */
    static SourceTree of(Map<String, String> texts) {
        return new SourceTree(
                texts.entrySet().stream()
                        .map(e -> new SourceFile(e.getKey(), e.getValue()))
                        .sorted(Comparator.comparing(SourceFile::path))
                        .toList());
    }

    /** The tree that the current directory is part of. */
    static SourceTree ofProject() throws IOException {
        Path root = root();
        List<SourceFile> files = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes a) {
                        return SKIPPED_FOLDERS.contains(String.valueOf(folder.getFileName()))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        String path = root.relativize(file).toString().replace('\\', '/');
                        if (isText(path)) {
                            files.add(new SourceFile(path, Files.readString(file)));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(Comparator.comparing(SourceFile::path));
        return new SourceTree(List.copyOf(files));
    }

    Stream<SourceFile> java() {
        return files.stream().filter(SourceFile::isJava);
    }

    Stream<SourceFile> mainJava() {
        return files.stream().filter(SourceFile::isMainJava);
    }

    Stream<SourceFile> testJava() {
        return files.stream().filter(SourceFile::isTestJava);
    }

    Optional<SourceFile> file(String path) {
        return files.stream().filter(f -> f.path().equals(path)).findFirst();
    }

    private static Path root() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path pom = folder.resolve("pom.xml");
            if (Files.exists(pom) && Files.readString(pom).contains("<modules>")) {
                return folder;
            }
            folder = folder.getParent();
        }
        throw new IllegalStateException(
                "tidy: no parent pom.xml above the current directory; run from inside the project");
    }

    private static boolean isText(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (TEXT_NAMES.contains(name)) {
            return true;
        }
        return TEXT.contains(name.substring(name.lastIndexOf('.') + 1))
                && !name.endsWith(".min.js");
    }
}
