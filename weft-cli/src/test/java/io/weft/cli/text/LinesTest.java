package io.weft.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinesTest {

    @Test
    void breaksAtSpaces() {
        assertThat(Lines.wrap("one two three", 8)).isEqualTo("one two\nthree\n");
    }

    @Test
    void aLineMayBeExactlyAsLongAsTheWidth() {
        assertThat(Lines.wrap("one two", 7)).isEqualTo("one two\n");
    }

    @Test
    void aWordThatIsTooLongStandsAlone() {
        assertThat(Lines.wrap("a incomprehensible b", 4)).isEqualTo("a\nincomprehensible\nb\n");
    }
}
