package io.weft.cli.million;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "812, 812 B",
        "-812, -812 B",
        "1000, 1.0 kB",
        "45600000, 45.6 MB",
        "404000000, 404 MB",
        "10400000000, 10.4 GB",
        "-14400000, -14.4 MB",
        "2000000000000000, 2000 TB"
    })
    void haveThreeDigitsOrSo(long bytes, String text) {
        assertThat(Bytes.text(bytes)).isEqualTo(text);
    }
}
