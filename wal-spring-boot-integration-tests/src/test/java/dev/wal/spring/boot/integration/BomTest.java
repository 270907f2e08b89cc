package dev.wal.spring.boot.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The modules that are published are those that the bill of materials lists. */
class BomTest {
    private static final Path ROOT = Path.of("..");
    private static final Set<String> WITHOUT_CODE = Set.of("wal-bom", "wal-parent");

    @Test
    void allThatIsPublishedIsListed() throws Exception {
        Set<String> published = new TreeSet<>();
        for (String module : texts(pom("."), "/project/modules/module")) {
            if (!WITHOUT_CODE.contains(module)
                    && !texts(pom(module), "/project/properties/maven.deploy.skip")
                            .contains("true")) {
                published.addAll(texts(pom(module), "/project/artifactId"));
            }
        }

        assertThat(published).contains("wal-core", "wal-spring-boot-starter", "wal-spring-boot-starter-test");
        assertThat(texts(pom("wal-bom"), "//dependencyManagement//dependency/artifactId"))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    private static Document pom(String module) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve(module).resolve("pom.xml").toFile());
    }

    private static Set<String> texts(Document document, String path) throws Exception {
        NodeList nodes =
                (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
        Set<String> texts = new TreeSet<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}
