package io.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CatalogueTest {

    private static final Path FILE = Path.of("application.properties");
    private static final Path PAGE = Path.of("docs", "settings.md");

    @Test
    void isWhatTheFileExplains() throws IOException {
        Map<String, String> file = new LinkedHashMap<>();
        matches(FILE, "#?(caravan\\.[^= ]+)=(.*)").forEach(line -> put(file, line.group(1), line.group(2)));

        assertThat(file).containsExactlyEntriesOf(defaults());
    }

    @Test
    void isWhatThePageLists() throws IOException {
        Map<String, String> page = new LinkedHashMap<>();
        matches(PAGE, "\\| `(caravan\\.[^`]+)` \\| (?:-|`(.*?)`) \\| .*")
                .forEach(row -> put(page, row.group(1), row.group(2) == null ? "" : row.group(2)));

        assertThat(page).containsExactlyInAnyOrderEntriesOf(defaults());
    }

    @Test
    void hasAnExplanationAboveEachKeyOfTheFile() throws IOException {
        List<String> lines = Files.readAllLines(FILE);

        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("#?caravan\\..*=.*")) {
                assertThat(lines.get(i - 1)).as("above " + lines.get(i)).startsWith("# ");
            }
        }
    }

    @Test
    void namesTheAddressOfEachTypeInFileAndPage() throws IOException {
        for (ProviderType type : ProviderType.values()) {
            String address = type.defaultUrl().map(URI::toString).orElse("none");
            String onThePage = type.defaultUrl().map(url -> "`" + url + "`").orElse("none");
            assertThat(Files.readString(FILE)).contains(address + " for " + name(type));
            assertThat(Files.readString(PAGE)).contains(name(type) + ": " + onThePage);
        }
    }

    @Test
    void takesEachOfItsDefaults() {
        assertThat(Catalogue.ALL)
                .filteredOn(setting -> !setting.defaultText().isEmpty() && !setting.named())
                .hasSizeGreaterThan(10)
                .allSatisfy(setting ->
                        assertThat(setting.type().parse(setting.defaultText())).isNotNull());
    }

    @Test
    void travelsWithTheProgram() throws IOException {
        try (var shipped = Catalogue.class.getResourceAsStream("/application.properties")) {
            assertThat(shipped).hasBinaryContent(Files.readAllBytes(FILE));
        }
    }

    @Test
    void knowsThePageExamples() throws IOException {
        String page = Files.readString(PAGE);
        List<String> keys = Pattern.compile("^(caravan\\.[^= ]+)=", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(keys)
                .hasSizeGreaterThan(10)
                .allSatisfy(key -> assertThat(Catalogue.find(key)).isPresent());
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        Catalogue.ALL.forEach(setting -> put(defaults, setting.pattern(), setting.defaultText()));
        return defaults;
    }

    private static void put(Map<String, String> map, String key, String value) {
        assertThat(map.put(key, value)).as(key + " is there once").isNull();
    }

    private static List<MatchResult> matches(Path path, String line) throws IOException {
        return Pattern.compile("^" + line + "$", Pattern.MULTILINE)
                .matcher(Files.readString(path))
                .results()
                .toList();
    }

    private static String name(ProviderType type) {
        return type.name().toLowerCase(java.util.Locale.ROOT);
    }
}
