import com.sun.source.util.JavacTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;

/**
 * Compiles exported Java jobs in one go: {@code java -cp JARS Compile.java compile|parse LIST}, where LIST names a folder a
 * line. With {@code parse} the sources, tests included, are only read as Java. Prints a line of JSON for each folder.
 */
public final class Compile {
    public static void main(String[] args) throws Exception {
        for (String folder : Files.readAllLines(Path.of(args[1]))) {
            String errors = errors(Path.of(folder), args[0].equals("parse"));
            System.out.println("{\"folder\":" + json(folder) + ",\"errors\":" + json(errors) + "}");
        }
    }

    private static String errors(Path folder, boolean onlyParse) throws Exception {
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(folder.resolve("pom.xml").toFile());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null);
                Stream<Path> paths = Files.walk(folder.resolve("src"))) {
            List<Path> sources = paths.filter(path -> path.toString().endsWith(".java")).toList();
            Path classes = Files.createDirectories(folder.resolve("classes"));
            List<String> options =
                    List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            JavacTask task =
                    (JavacTask)
                            compiler.getTask(
                                    null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources));
            if (onlyParse) {
                task.parse();
            } else {
                task.call();
            }
        }
        return found.getDiagnostics().stream()
                .filter(it -> it.getKind() == Diagnostic.Kind.ERROR)
                .map(it -> "line " + it.getLineNumber() + ": " + it.getMessage(Locale.ENGLISH))
                .collect(Collectors.joining("; "));
    }

    private static String json(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(' ');
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
