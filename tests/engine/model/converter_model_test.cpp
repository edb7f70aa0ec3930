#include "engine/model/converter_model.h"

#include "engine/model/reader.h"
#include "tests/engine/model/support.h"

#include <gtest/gtest.h>

namespace rollover::model::test {
namespace {

converter_models read_model(std::string_view xml, diagnostics& mistakes) {
    converter_models all;
    read_converter_model(xml, "box.xml", all, mistakes);
    return all;
}

std::string lab_with(const std::string& converter) {
    return "<lab name='l'><credentials name='c' user='u'/><site name='s'>" + converter + "</site></lab>";
}

constexpr auto box =
    R"(<converter-model name="box" openings="3" after-cr="lf" break-by="telnet" answers-settings="false"
    when-busy="ask bob">
  <source>Its manual</source>
  <ports protocol="raw" base="4000"/>
  <ports protocol="ssh" base="3000"/>
  <busy says="Taken by"/>
  <escape text="~" at="line-start" because="its escape character"/>
  <escape text="+++" because="the modem's escape"/>
</converter-model>)";

TEST(ConverterModel, AsWritten) {
    diagnostics mistakes;
    const auto all = read_model(box, mistakes);
    EXPECT_EQ(lines_of(mistakes), "");
    ASSERT_TRUE(all.contains("box"));
    const auto& m = all.at("box");
    EXPECT_EQ(m.openings, 3U);
    EXPECT_EQ(m.after_cr, after_cr::lf);
    EXPECT_EQ(m.break_by, break_by::telnet);
    EXPECT_FALSE(m.answers_settings);
    EXPECT_EQ(m.when_busy, "ask bob");
    EXPECT_EQ(m.busy_texts, std::vector<std::string>{"Taken by"});
    ASSERT_EQ(m.escapes.size(), 2U);
    EXPECT_TRUE(m.escapes[0].at_line_start);
    EXPECT_FALSE(m.escapes[1].at_line_start);
}

TEST(ConverterModel, EveryMistakeWithItsPlace) {
    diagnostics mistakes;
    const auto all = read_model(
        "<converter-model name='x' openings='0'>\n<ports protocol='tty' base='1'/>\n<bussy/>\n"
        "</converter-model>",
        mistakes);
    EXPECT_TRUE(all.empty());
    const auto said = lines_of(mistakes);
    for (const char* part : {"1:37:", "2:18:", "tty", "3:1:", "did you mean \"busy\"?"}) {
        EXPECT_NE(said.find(part), std::string::npos) << part << " in\n" << said;
    }
}

TEST(ConverterModel, PortsByFormula_UnlessGiven) {
    diagnostics mistakes;
    const auto known = read_model(box, mistakes);
    const auto read =
        read_lab(lab_with("<converter name='c1' model='box' protocol='raw' host='h'>"
                          "<line number='1'/><line number='12'/><line number='13' port='99'/></converter>"
                          "<converter name='c2' model='box' protocol='ssh' host='h' login='c' known-hosts='k'>"
                          "<line number='2'/><line number='3' user='u:port3'/></converter>"),
                 "lab.xml", known);
    ASSERT_TRUE(read.value) << lines_of(read.mistakes);
    const auto& lines = read.value->converters[0].lines;
    EXPECT_EQ(lines[0].port, 4001);
    EXPECT_EQ(lines[1].port, 4012);
    EXPECT_EQ(lines[2].port, 99);
    EXPECT_EQ(read.value->converters[1].lines[0].port, 3002);
    EXPECT_EQ(read.value->converters[1].lines[1].port, 22) << "its login tells the lines apart, on one port";
}

TEST(ConverterModel, UnknownModelAndNumberWithoutFormula_AreMistakes) {
    diagnostics mistakes;
    const auto known = read_model(box, mistakes);
    const auto typo =
        read_lab(lab_with("<converter name='c' model='bax' protocol='raw' host='h'><line number='1' port='1'/>"
                          "</converter>"),
                 "lab.xml", known);
    EXPECT_NE(lines_of(typo.mistakes).find("did you mean \"box\"?"), std::string::npos) << lines_of(typo.mistakes);
    const auto unnumbered =
        read_lab(lab_with("<converter name='c' model='box' protocol='raw' host='h'><line number='0/1'/>"
                          "</converter>"),
                 "lab.xml", known);
    EXPECT_NE(lines_of(unnumbered.mistakes).find("port"), std::string::npos);
}

TEST(ConverterModel, Menu_LinesShareAPort) {
    diagnostics mistakes;
    auto known = read_model(
        "<converter-model name='box'><source>s</source><ports protocol='ssh' base='3000'/>"
        "<menu says='login:' answer='user'/><menu says='port &gt;' answer='line'/></converter-model>",
        mistakes);
    EXPECT_EQ(lines_of(mistakes), "");
    known["plain"].name = "plain";
    const auto with = [&](const std::string& attributes) {
        return read_lab(lab_with("<converter name='c' host='h' " + attributes +
                                 "><line number='1'/><line number='2'/></converter>"),
                        "lab.xml", known);
    };
    const auto ssh = with("model='box' protocol='ssh' login='c' known-hosts='k' menu='true'");
    ASSERT_TRUE(ssh.value) << lines_of(ssh.mistakes);
    EXPECT_EQ(ssh.value->converters[0].lines[1].port, 22);
    EXPECT_EQ(ssh.value->converters[0].model.menu.size(), 2U);
    const auto telnet = with("model='box' protocol='telnet' login='c' menu='true'");
    ASSERT_TRUE(telnet.value) << lines_of(telnet.mistakes);
    EXPECT_EQ(telnet.value->converters[0].lines[0].port, 23);
    EXPECT_NE(lines_of(with("model='plain' protocol='telnet' menu='true'").mistakes).find("has no menu"),
              std::string::npos);
    EXPECT_NE(lines_of(with("protocol='telnet' menu='true'").mistakes).find("model"), std::string::npos);
    EXPECT_FALSE(with("model='box' protocol='telnet' login='c'").value) << "a login, and nobody who asks for it";
}

TEST(ConverterModel, ShippedOnes_AreReadAndValid) {
    diagnostics mistakes;
    const auto all = read_converter_models({"drivers/converters"}, mistakes);
    EXPECT_EQ(lines_of(mistakes), "");
    const auto files = files_in("drivers/converters", ".xml");
    EXPECT_EQ(all.size(), files.size());
    EXPECT_GE(files.size(), 8U);
    for (const auto& [file, valid] : xmllint("topologies/schema/converter.xsd", files)) {
        EXPECT_TRUE(valid) << file;
        EXPECT_NE(contents_of(file).find("<source>"), std::string::npos)
            << file << " says not where its facts are from";
    }
}

}  // namespace
}  // namespace rollover::model::test
