package io.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages for newcomers show as Java compiles. */
@Timeout(120)
class SnippetsTest {

    private static final Pattern SNIPPET = Pattern.compile("(?ms)^ *```java\n(.*?)^ *```$");

    /** The names that the snippets leave to the reader. */
    private static final String AROUND =
            """
            import static org.assertj.core.api.Assertions.assertThat;

            import module java.base;
            import module java.net.http;
            import io.weft.*;
            import io.weft.net.*;
            import io.weft.sync.*;
            import io.weft.testkit.*;
            import java.util.concurrent.StructuredTaskScope.Joiner;

            abstract class NAME {

                record Order(int number) {}

                record Answer(String text) {}

                Chan<Order> orders;
                Chan<String> log;
                Order order;
                String line;
                URI uri;
                List<URI> pages;
                InetSocketAddress address;
                TcpListener listener;
                HttpClient client;
                HttpRequest request;
                Path file;

                abstract void ship(Order order);

                abstract void written();

                abstract void late();

                abstract void remind();

                abstract String fetch(URI page);

                abstract Answer ask(URI page);

                abstract void audit(Answer answer);

                abstract void handle(TcpConn conn) throws IOException;

                abstract void report(Exception failure);

                void lines() throws Exception {
            LINES
                }
            }
            """;

    @TempDir private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"FROM-GO.md", "FROM-VIRTUAL-THREADS.md"})
    void everySnippetCompiles(String page) throws IOException {
        List<String> snippets = snippets(Files.readString(Tool.HOME.resolve("docs").resolve(page)));

        assertThat(snippets).hasSizeGreaterThan(5);
        assertThat(mistakes(snippets)).isEmpty();
    }

    @Test
    void aSnippetThatIsWrongIsFound() throws IOException {
        List<String> snippets =
                snippets("```java\nChan.buffered(2).send(order);\norders.push(order);\n```\n");

        assertThat(mistakes(snippets)).hasSize(1).first().asString().contains("push");
    }

    private static List<String> snippets(String page) {
        return SNIPPET.matcher(page).results().map(match -> match.group(1)).toList();
    }

    /** What the compiler has to say. Structured concurrency is a preview. */
    private List<String> mistakes(List<String> snippets) throws IOException {
        List<Source> sources = new ArrayList<>();
        for (String snippet : snippets) {
            String name = "Snippet" + sources.size();
            sources.add(new Source(name, AROUND.replace("NAME", name).replace("LINES", snippet)));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options =
                List.of(
                        "--enable-preview",
                        "--release=25",
                        "-proc:none",
                        "-implicit:none",
                        "-d",
                        directory.toString(),
                        "-classpath",
                        System.getProperty("java.class.path"));
        try (var files = compiler.getStandardFileManager(found, Locale.ROOT, null)) {
            boolean compiled = compiler.getTask(null, files, found, options, null, sources).call();
            List<String> mistakes =
                    found.getDiagnostics().stream()
                            .filter(each -> each.getKind() == javax.tools.Diagnostic.Kind.ERROR)
                            .map(each -> each.toString())
                            .toList();
            assertThat(compiled).isEqualTo(mistakes.isEmpty());
            return mistakes;
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
