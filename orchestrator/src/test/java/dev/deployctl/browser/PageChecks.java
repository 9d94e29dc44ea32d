package dev.deployctl.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** Checks that every page has to pass. */
public final class PageChecks {
  private static final String CONTRAST =
      """
      (() => {
        const rgb = text => {
          const n = text.match(/[\\d.]+/g).map(Number);
          return n.length > 3 ? n : [...n, 1];
        };
        const luminance = c => {
          const [r, g, b] = c.map(v => {
            v /= 255;
            return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const background = element => {
          for (let e = element; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if (c[3] === 1) return c;
          }
          return [255, 255, 255, 1];
        };
        const poor = [];
        for (const element of document.querySelectorAll('body *')) {
          const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
          if (!own || !element.checkVisibility()) continue;
          const style = getComputedStyle(element);
          const a = luminance(rgb(style.color).slice(0, 3));
          const b = luminance(background(element).slice(0, 3));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) poor.push(element.tagName + '.' + element.className + ' ' + ratio.toFixed(2));
        }
        return [...new Set(poor)];
      })()
      """;

  private PageChecks() {}

  /** Text has the contrast of WCAG 2, level AA, in this colour scheme. */
  public static void readable(Tab tab, String scheme) {
    tab.scheme(scheme);
    assertThat(texts(tab.value(CONTRAST))).as("poor contrast, %s", scheme).isEmpty();
  }

  /** Nothing is wider than the window, so that a page scrolls in one direction alone. */
  public static void fits(Tab tab, int width) {
    tab.size(width, 844);
    assertThat(tab.value("document.documentElement.scrollWidth").asInt())
        .as("width of the page in a window of %d pixels", width)
        .isLessThanOrEqualTo(width);
  }

  /** Assistive technology finds its way: landmarks, headings, and names. */
  public static void accessible(Tab tab) {
    List<Tab.Node> tree = tab.accessible();
    List<String> roles = tree.stream().map(Tab.Node::role).toList();
    assertThat(roles).contains("banner", "navigation", "contentinfo").containsOnlyOnce("main");
    List<Tab.Node> headings = tree.stream().filter(node -> node.role().equals("heading")).toList();
    int level = 0;
    for (Tab.Node heading : headings) {
      assertThat(heading.level())
          .as("level of heading %s", heading.name())
          .isLessThanOrEqualTo(level + 1);
      level = heading.level();
    }
    assertThat(headings).filteredOn(node -> node.level() == 1).hasSize(1);
    assertThat(tree)
        .filteredOn(
            node ->
                List.of("link", "button", "image", "region", "columnheader").contains(node.role()))
        .allSatisfy(node -> assertThat(node.name()).as(node.role()).isNotBlank());
    assertThat(tab.value("document.documentElement.lang").asText()).isEqualTo("en");
  }

  /**
   * The keyboard reaches everything that can be used, in the order of the page, and shows where it
   * is. Returns what it reached.
   */
  public static List<String> keyboard(Tab tab) {
    List<String> reached = new ArrayList<>();
    tab.value("document.activeElement.blur()");
    int last = -1;
    for (int i = 0; i < 200; i++) {
      tab.press("Tab");
      JsonNode focus =
          tab.value(
              """
              (() => {
                const e = document.activeElement;
                if (!e || e === document.body) return null;
                const style = getComputedStyle(e);
                return [[...document.querySelectorAll('*')].indexOf(e),
                  (e.getAttribute('aria-label') || e.textContent).trim().slice(0, 60),
                  style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0];
              })()
              """);
      if (!focus.isArray()) {
        break;
      }
      assertThat(focus.get(0).asInt()).as("order of %s", focus.get(1)).isGreaterThan(last);
      assertThat(focus.get(2).asBoolean()).as("focus is visible on %s", focus.get(1)).isTrue();
      last = focus.get(0).asInt();
      reached.add(focus.get(1).asText());
    }
    return reached;
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
