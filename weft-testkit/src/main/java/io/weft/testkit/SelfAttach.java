package io.weft.testkit;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Attaches {@link BubbleAgent} to this JVM, if it was started with {@code
 * -Djdk.attach.allowAttachSelf=true}. An agent has to be a jar; this one only names the class.
 */
final class SelfAttach {

    private static final String PERMISSION = "jdk.attach.allowAttachSelf";

    private SelfAttach() {}

    /** Whether the JVM was told to let itself be attached to. */
    static boolean isAllowed() {
        String value = System.getProperty(PERMISSION);
        return value != null && (value.isEmpty() || Boolean.parseBoolean(value));
    }

    /** Without success a warning is logged, and all goes on as without an agent. */
    static void attach() {
        try {
            Path jar = Files.createTempFile("weft-bubble-agent", ".jar");
            try {
                write(jar);
                VirtualMachine self =
                        VirtualMachine.attach(String.valueOf(ProcessHandle.current().pid()));
                try {
                    self.loadAgent(jar.toString());
                } finally {
                    self.detach();
                }
            } finally {
                Files.delete(jar);
            }
        } catch (IOException
                | AttachNotSupportedException
                | AgentLoadException
                | AgentInitializationException e) {
            System.getLogger(SelfAttach.class.getName())
                    .log(
                            Level.WARNING,
                            "the JDK will not see the time of bubbles, as this JVM does not let"
                                    + " itself be attached to: use -javaagent:weft-testkit.jar",
                            e);
        }
    }

    private static void write(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Agent-Class", BubbleAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            out.finish();
        }
    }
}
