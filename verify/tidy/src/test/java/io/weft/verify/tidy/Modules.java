package io.weft.verify.tidy;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The house: which module may use which, and which ones run inside a user's process. */
final class Modules {

    /** Modules without any third-party dependency at run time. */
    static final Set<String> CORE =
            Set.of(
                    "weft-linux",
                    "weft-sched",
                    "weft-fiber",
                    "weft-netpoll",
                    "weft-sync",
                    "weft-net",
                    "weft-facade");

    /** Folder of a module, its root package, and the modules directly below it. */
    private record Module(String folder, String root, Set<String> below) {}

    private static final List<Module> ALL =
            List.of(
                    new Module("weft-linux", "io.weft.linux", Set.of()),
                    new Module("weft-sched", "io.weft.sched", Set.of()),
                    new Module("weft-fiber", "io.weft.fiber", Set.of("io.weft.sched")),
                    new Module(
                            "weft-netpoll",
                            "io.weft.netpoll",
                            Set.of("io.weft.sched", "io.weft.linux")),
                    new Module("weft-sync", "io.weft.sync", Set.of("io.weft.sched")),
                    new Module("weft-net", "io.weft.net", Set.of("io.weft.netpoll")),
                    new Module(
                            "weft-facade",
                            "io.weft",
                            Set.of("io.weft.fiber", "io.weft.net", "io.weft.sync")),
                    new Module(
                            "weft-testkit",
                            "io.weft.testkit",
                            Set.of("io.weft.fiber", "io.weft.linux")),
                    new Module("weft-cli", "io.weft.cli", Set.of("io.weft")));

    private static final Map<String, Module> BY_ROOT =
            Map.copyOf(
                    ALL.stream().collect(java.util.stream.Collectors.toMap(Module::root, m -> m)));

    private Modules() {}

    /** The root package, which is also the module name, of the module in a folder. */
    static Optional<String> rootOf(String folder) {
        return ALL.stream().filter(m -> m.folder().equals(folder)).map(Module::root).findFirst();
    }

    /** The root package that a name under {@code io.weft} belongs to: the longest that fits. */
    static Optional<String> ownerOf(String qualifiedName) {
        return ALL.stream()
                .map(Module::root)
                .filter(r -> qualifiedName.equals(r) || qualifiedName.startsWith(r + "."))
                .max(Comparator.comparingInt(String::length));
    }

    /** Everything that may be used from a module: itself and all that its arrows reach. */
    static Set<String> reachable(String root) {
        Set<String> reached = new TreeSet<>();
        collect(root, reached);
        return reached;
    }

    private static void collect(String root, Set<String> reached) {
        Module module = BY_ROOT.get(root);
        if (module != null && reached.add(root)) {
            module.below().forEach(below -> collect(below, reached));
        }
    }
}
