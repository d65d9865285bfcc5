package io.weft.verify.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** One text file of the project. Not for concurrent use. */
final class SourceFile {

    /** A parsed Java file and where its nodes stand. */
    record Parsed(CompilationUnitTree unit, SourcePositions positions) {}

    private final String path;
    private final String text;
    private @Nullable JavaText javaText;
    private @Nullable Parsed parsed;

    SourceFile(String path, String text) {
        this.path = path;
        this.text = text;
    }

    /** From the root of the project, with slashes. */
    String path() {
        return path;
    }

    String text() {
        return text;
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The folder of the file, empty for the root. */
    String folder() {
        return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }

    /** The folder of the Maven module, such as {@code weft-sched} or {@code verify/tidy}. */
    String module() {
        int sources = path.indexOf("/src/");
        return sources < 0 ? folder() : path.substring(0, sources);
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isMainJava() {
        return isJava() && path.contains("/src/main/java/");
    }

    boolean isTestJava() {
        return isJava() && path.contains("/src/test/java/");
    }

    List<String> lines() {
        return text.lines().toList();
    }

    /** The line of an offset, counted from 1. */
    int lineOf(int offset) {
        return 1 + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
    }

    Finding at(int offset, String message) {
        return new Finding(path, lineOf(offset), message);
    }

    JavaText javaText() {
        if (javaText == null) {
            javaText = new JavaText(text);
        }
        return javaText;
    }

    Parsed parsed() {
        if (parsed == null) {
            parsed = parse();
        }
        return parsed;
    }

    private Parsed parse() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + path), javax.tools.JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return text;
                    }
                };
        JavacTask task =
                (JavacTask) compiler.getTask(null, null, d -> {}, List.of(), null, List.of(source));
        try {
            CompilationUnitTree unit = task.parse().iterator().next();
            return new Parsed(unit, Trees.instance(task).getSourcePositions());
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}
