package io.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Why there is no io_uring, and what helps. */
@Timeout(30)
class UringSupportTest {

    private static final UringRequirements DEFERRING =
            new UringRequirements(
                    IoUring.IORING_SETUP_COOP_TASKRUN
                            | IoUring.IORING_SETUP_TASKRUN_FLAG
                            | IoUring.IORING_SETUP_SINGLE_ISSUER
                            | IoUring.IORING_SETUP_DEFER_TASKRUN,
                    0,
                    Set.of(),
                    Set.of());

    private final FaultyUringSys sys = new FaultyUringSys();

    @Test
    void thisMachineHasEverything() {
        assertThat(UringSupport.unsupportedCause(sys, UringRequirements.ALL)).isEmpty();
        assertThat(UringSupport.unsupportedCause(sys, DEFERRING)).isEmpty();
        nothingIsLeft();
    }

    @Test
    void whatTheKernelLacksIsNamedWithItsVersion() {
        sys.deniedFeatures = IoUring.IORING_FEAT_EXT_ARG;
        sys.refusedFlags = IoUring.IORING_SETUP_NO_SQARRAY;
        sys.unknownRegistration = IoUring.IORING_REGISTER_PBUF_RING;
        assertThat(UringSupport.unsupportedCause(sys, UringRequirements.ALL))
                .hasValueSatisfying(
                        cause ->
                                assertThat(cause)
                                        .contains(
                                                "IORING_FEAT_EXT_ARG (Linux 5.11),"
                                                        + " IORING_REGISTER_PBUF_RING (Linux 5.19),"
                                                        + " IORING_SETUP_NO_SQARRAY (Linux 6.6)"));
        nothingIsLeft();
    }

    /** A flag that others need takes these with it. */
    @Test
    void refusedFlagIsNamedWithThoseThatNeedIt() {
        sys.refusedFlags = IoUring.IORING_SETUP_SINGLE_ISSUER;
        assertThat(UringSupport.unsupportedCause(sys, DEFERRING))
                .hasValueSatisfying(
                        cause ->
                                assertThat(cause)
                                        .contains("IORING_SETUP_SINGLE_ISSUER (Linux 6.0)")
                                        .contains("IORING_SETUP_DEFER_TASKRUN (Linux 6.1)")
                                        .doesNotContain("COOP"));
        nothingIsLeft();
    }

    @Test
    void operationThatNoKernelHasIsMissing() {
        UringRequirements impossible =
                new UringRequirements(0, 0, Set.of(UringOps.IORING_OP_NOP, 255), Set.of());
        assertThat(UringSupport.unsupportedCause(sys, impossible))
                .hasValueSatisfying(cause -> assertThat(cause).contains("lacks IORING_OP 255;"));
        nothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.ENOSYS, Errno.ENOMEM, Errno.EMFILE, Errno.EIO})
    void refusedRingHasACause(int errno) {
        sys.setupAnswer = -errno;
        String release = System.getProperty("os.version");
        assertThat(UringSupport.unsupportedCause(sys, UringRequirements.ALL)).isPresent();
        assertThat(UringSupport.explain(errno, 0, release, List.of())).doesNotContain("\n");
        nothingIsLeft();
    }

    @Test
    void refusedProbeIsAnswered() {
        sys.registerAnswer = -Errno.EACCES;
        assertThat(UringSupport.unsupportedCause(sys, UringRequirements.ALL)).isPresent();
        nothingIsLeft();
    }

    @ParameterizedTest
    @CsvSource({
        "EPERM, 1, 6.8.0, kernel.io_uring_group",
        "EPERM, 2, 6.8.0, sysctl kernel.io_uring_disabled=0",
        "EPERM, 0, 6.8.0, seccomp profile",
        "EPERM, -1, 6.1.0, seccomp profile",
        "EACCES, 0, 6.8.0, security policy",
        "ENOSYS, 0, 4.19.1, use Linux 6.11 or later",
        "ENOSYS, -1, 6.1.0-18-amd64, CONFIG_IO_URING",
        "ENOMEM, -1, 5.10.0, RLIMIT_MEMLOCK",
        "ENOMEM, 0, 6.8.0, control group",
        "EMFILE, 0, 6.8.0, ulimit -n",
        "ENFILE, 0, 6.8.0, fs.file-max",
        "EINVAL, -1, 5.1.0, use Linux 5.6 or later",
        "EIO, 0, 6.8.0, EIO: input/output error",
    })
    void causeAndCureAreNamed(String errno, int disabled, String release, String expected)
            throws ReflectiveOperationException {
        int number = Errno.class.getField(errno).getInt(null);
        assertThat(UringSupport.explain(number, disabled, release, List.of()))
                .contains(expected)
                .doesNotContain("\n");
    }

    @Test
    void missingCapabilitiesAskForTheNewestOfTheirKernels() {
        List<UringCapability> missing =
                List.of(
                        UringCapabilities.find(UringCapabilities.Kind.OP, 45),
                        UringCapabilities.find(UringCapabilities.Kind.OP, 56));
        assertThat(UringSupport.explain(0, 0, "5.15.0-91-generic", missing))
                .isEqualTo(
                        "io_uring of Linux 5.15.0-91-generic lacks IORING_OP_SOCKET (Linux 5.19),"
                                + " IORING_OP_BIND (Linux 6.11); use Linux 6.11 or later");
        assertThat(UringSupport.explain(0, 0, "6.12.3", missing))
                .contains("its build or a sandbox leaves them out");
    }

    @Test
    void versionsAreOrderedByNumber() {
        assertThat(KernelVersion.of("6.10.2")).isGreaterThan(KernelVersion.of("6.9"));
        assertThat(KernelVersion.of("5.19-rc1")).isLessThan(KernelVersion.of("6.0"));
        assertThat(KernelVersion.of("unknown")).isEqualTo(new KernelVersion(0, 0));
    }

    private void nothingIsLeft() {
        assertThat(sys.open).isEmpty();
        assertThat(sys.mapped).isEmpty();
    }
}
