#include "tests/engine/import/support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rollover::importing::test {
namespace {

std::string device(int id, const std::string& name, const std::string& role = "router") {
    return fmt::format(
        R"({{"id": {}, "url": "https://n/api/dcim/devices/{}/", "name": "{}", "device_type": {{"model": "m"}}, "role": {{"slug": "{}"}},
                         "platform": {{"slug": "frr"}}, "site": {{"slug": "s"}}}})",
        id, id, name, role);
}

std::string interface(int id, int of, const std::string& name, const std::string& more = "") {
    return fmt::format(
        R"({{"id": {}, "url": "https://n/api/dcim/interfaces/{}/", "device": {{"id": {}, "name": "d{}"}}, "name": "{}"{}}})",
        id, id, of, of, name, more);
}

std::string cable(int id, int a, int b, const std::string& status = "connected") {
    const auto end = [](int i) { return fmt::format(R"([{{"object_type": "dcim.interface", "object_id": {}}}])", i); };
    return fmt::format(
        R"({{"id": {}, "url": "https://n/api/dcim/cables/{}/", "a_terminations": {}, "b_terminations": {}, "status": {{"value": "{}"}}}})",
        id, id, end(a), end(b), status);
}

draft_report import_objects(const std::vector<std::string>& objects) {
    return import_text(source::netbox, "[\n" + fmt::format("{}", fmt::join(objects, ",\n")) + "\n]");
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++n;
    }
    return n;
}

TEST(Netbox, WhatIsNotAnExport_IsRefusedWithItsPlace) {
    EXPECT_EQ(short_of(import_text(source::netbox, "[{\"a\": 1},\n {\"a\" 2}]").errors).substr(0, 23),
              "in:2:7: it is not JSON:");
    EXPECT_EQ(short_of(import_text(source::netbox, "").errors).substr(0, 20), "in:1:1: it is not JS");
    EXPECT_EQ(short_of(import_text(source::netbox, "7").errors), "in:1: it is nothing of NetBox\n");
    EXPECT_EQ(short_of(import_text(source::netbox, "[1]").errors),
              "in:1: the list holds something that is no object\n");
    EXPECT_EQ(short_of(import_text(source::netbox, "[\n{\"a\": 1}]").errors),
              "in:2: an object that is nothing of NetBox's dcim\n");
    EXPECT_EQ(
        short_of(import_text(source::netbox, R"({"detail": "Authentication credentials were not provided."})").errors),
        "in:1: an object that is nothing of NetBox's dcim\n");
    EXPECT_EQ(short_of(import_objects({interface(1, 1, "e0")}).errors), "in: there are no devices\n");
    EXPECT_EQ(short_of(import_text(source::netbox, std::string(100, '[')).errors).substr(0, 42),
              "in:1: it is not JSON: nested deeper than 6");
}

TEST(Netbox, DevicesAlone_AreNoLab) {
    EXPECT_EQ(short_of(import_objects({device(1, "d1")}).errors),
              "in:2: no device has a port, so there is nothing to draft\n");
}

TEST(Netbox, PageOfALongerList_IsRefused) {
    const std::string page = R"({"count": 3, "next": "https://n/api/dcim/devices/?limit=2&offset=2", "results": [)" +
                             device(1, "a") + "," + device(2, "b") + "]}";
    const auto alone = draft_lab(source::netbox, {{"page1", page}}, {});
    EXPECT_EQ(
        text_of(alone.errors),
        "page1:1: 2 of 3 devices: the list goes on; save /api/dcim/devices/?limit=0, or give the other pages too\n");
    const auto both = draft_lab(source::netbox,
                                {{"page1", page},
                                 {"page2", R"({"count": 3, "next": null, "results": [)" + device(3, "c") + "]}"},
                                 {"ports", "[" + interface(1, 3, "e0") + "]"}},
                                {});
    EXPECT_EQ(text_of(both.errors), "");
}

TEST(Netbox, PortWithTwoCables_IsAMistake) {
    const auto report = import_objects({device(1, "d1"), device(2, "d2"), interface(1, 1, "e0"), interface(2, 2, "e0"),
                                        interface(3, 2, "e1"), cable(1, 1, 2), cable(2, 1, 3)});
    EXPECT_EQ(text_of(report.errors),
              "in:10: port \"e0\" of \"d1\" has a cable already; the other one is at in:9; a port has one cable: "
              "correct the wrong one\n");
}

TEST(Netbox, TracedPaths_GoThroughPanelsAndAgreeWithCables) {
    const std::string far =
        R"(, "connected_endpoints_type": "dcim.interface", "connected_endpoints_reachable": true, "connected_endpoints": [)";
    const auto report = import_objects(
        {device(1, "d1"), device(2, "d2"), interface(1, 1, "e0", far + interface(2, 2, "e0") + "]"),
         interface(2, 2, "e0", far + interface(1, 1, "e0") + "]"),
         R"({"id": 9, "url": "https://n/api/dcim/cables/9/", "status": {"value": "connected"}, "a_terminations": [{"object_type": "dcim.interface", "object_id": 1}],
                                            "b_terminations": [{"object_type": "dcim.frontport", "object_id": 4}]})"});
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(count(report.xml, "<wire"), 1U) << report.xml;
    EXPECT_NE(short_of(report.left_out).find("patch panels"), std::string::npos);
}

TEST(Netbox, CablesThatAreNotThere_AreLeftOutAndTold) {
    const auto report = import_objects({device(1, "d1"), device(2, "d2"), interface(1, 1, "e0"), interface(2, 2, "e0"),
                                        cable(1, 1, 2, "planned"), cable(2, 1, 2, "planned"), cable(3, 1, 77)});
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(count(report.xml, "<wire"), 0U);
    EXPECT_NE(short_of(report.left_out).find("in:8: cables of status planned are left out (and 1 more like it)"),
              std::string::npos)
        << short_of(report.left_out);
    EXPECT_NE(short_of(report.left_out).find("in:10: cables whose ends are in no file"), std::string::npos);
}

TEST(Netbox, InterfaceForManagement_IsNotMadeAgainByItsCable) {
    const std::string far =
        R"(, "connected_endpoints_type": "dcim.interface", "connected_endpoints_reachable": true, "connected_endpoints": [)";
    const auto report =
        import_objects({device(1, "d1"), device(2, "d2"), interface(1, 1, "e0", far + interface(2, 2, "mgmt0") + "]"),
                        interface(2, 2, "mgmt0", R"(, "mgmt_only": true)"), interface(3, 2, "e0")});
    EXPECT_EQ(text_of(report.errors), "");
    EXPECT_EQ(count(report.xml, "mgmt0"), 0U) << report.xml;
}

TEST(Netbox, Roles_AreAnOption) {
    import_options options;
    options.roles.switches = {"access"};
    const std::string text = "[" + device(1, "sw", "access") + "," + device(2, "r") + "," +
                             interface(1, 1, "e1", R"(, "untagged_vlan": {"vid": 5})") + "," + interface(2, 2, "e0") +
                             "," + cable(1, 1, 2) + "]";
    const auto report = draft_lab(source::netbox, {{"in", text}}, options);
    EXPECT_NE(report.xml.find(R"(<switch-port switch="sw" port="e1" vlan="5"/>)"), std::string::npos) << report.xml;
    EXPECT_NE(import_text(source::netbox, text).xml.find("<wire"), std::string::npos);
}

TEST(Netbox, WrongTypesEverywhere_AreNoCrash) {
    const std::string good = "[" + device(1, "d1") + "," + interface(1, 1, "e0") + "," + cable(1, 1, 1) + "]";
    for (const auto* value : {"null", "[]", "{}", "\"x\"", "-1", "1e300", "[[1]]", "true", "18446744073709551615"}) {
        for (auto colon = good.find(": "); colon != std::string::npos; colon = good.find(": ", colon + 1)) {
            // The value behind the colon, whatever it is, is replaced.
            auto end = good.find_first_of(",}", colon);
            const std::string text = good.substr(0, colon + 2) + value + good.substr(end);
            const auto report = import_text(source::netbox, text);
            EXPECT_NE(report.errors.empty(), report.xml.empty()) << text;
        }
    }
}

}  // namespace
}  // namespace rollover::importing::test
