package io.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PropertiesFileTest {

    private static final String TEXT =
            "\n# comment \\\n! another\na=1\n  b : two \\\n     words\nc\nd=x\\\\\ne\\ f=\\u00e4\\t.\n#\n\n g=#no\\\n\nlast=ü \\";

    @Test
    void readsWhatJavaReads() throws IOException {
        Properties expected = new Properties();
        expected.load(new StringReader(TEXT));

        Properties read = new Properties();
        new PropertiesFile("f").read(TEXT).forEach(found -> read.put(found.key(), found.text()));

        expected.replaceAll((key, value) -> value.toString().strip());
        assertThat(read).isEqualTo(expected).hasSize(7);
    }

    @Test
    void knowsTheLineWhereEachKeyBegins() {
        List<Assignment> read = new PropertiesFile("f").read(TEXT);

        assertThat(read)
                .extracting(Assignment::key, Assignment::origin)
                .extracting(Object::toString)
                .containsExactly(
                        "(\"a\", \"f:4\")",
                        "(\"b\", \"f:5\")",
                        "(\"c\", \"f:7\")",
                        "(\"d\", \"f:8\")",
                        "(\"e f\", \"f:9\")",
                        "(\"g\", \"f:12\")",
                        "(\"last\", \"f:14\")");
    }

    @Test
    void overlooksTheMarkSomeEditorsWriteFirst() {
        assertThat(new PropertiesFile("f").read("\uFEFFa=1")).containsExactly(new Assignment("a", "1", "f:1"));
    }
}
