package io.weft.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the tool: that of its module, which the build sets. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = "weft " + Main.class.getModule().getDescriptor().rawVersion().orElse("");
        return new String[] {version.strip(), "Java " + Runtime.version()};
    }
}
