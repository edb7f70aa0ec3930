#include "engine/api/pins.h"

#include <gtest/gtest.h>

namespace rollover::api {
namespace {

TEST(Pins, MissingAttributes_AreInsertedBehindTheName) {
    const std::string text =
        "<lab>\n  <!-- rack 1 -->\n  <device name=\"r1\"/>\n\t<device\n   name='a>b' platform=\"x\"/>\n</lab>\n";
    EXPECT_EQ(with_pins(text, {{{"f", 3, 3}, "serial-number", "A1"},
                               {{"f", 4, 2}, "serial-number", "B\"&<2"},
                               {{"f", 4, 2}, "model", "2811"}}),
              "<lab>\n  <!-- rack 1 -->\n  <device serial-number=\"A1\" name=\"r1\"/>\n"
              "\t<device model=\"2811\" serial-number=\"B&quot;&amp;&lt;2\"\n   name='a>b' platform=\"x\"/>\n</lab>\n");
}

TEST(Pins, AttributeThatIsThere_Stays) {
    const std::string text = "<device serial-number=\"A0\" name=\"r1\"/>";
    EXPECT_EQ(with_pins(text, {{{"f", 1, 1}, "serial-number", "A1"}}), text);
}

TEST(Pins, PlaceThatIsNoElement_ChangesNothing) {
    const std::string text = "<lab>\n</lab>\n";
    EXPECT_EQ(with_pins(text, {{{"f", 9, 1}, "model", "x"}, {{"f", 1, 3}, "model", "x"}, {{"f", 1, 80}, "model", "x"}}),
              text);
}

}  // namespace
}  // namespace rollover::api
