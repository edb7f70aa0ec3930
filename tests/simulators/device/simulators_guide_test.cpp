// The example of docs/simulators.md: it is read, it keeps to the schema, and does what the table at its end says.
#include "walk_bench.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace rollover::sim {
namespace {

std::string example() {
    std::ifstream guide("docs/simulators.md");
    std::string text;
    bool inside = false;
    for (std::string line; std::getline(guide, line);) {
        if (line.starts_with("```")) {
            inside = line == "```xml";
        } else if (inside) {
            text += line + "\n";
        }
    }
    return text;
}

class SimulatorsGuide : public testing::Test {
protected:
    SimulatorsGuide() {
        diagnostics mistakes;
        file = read_device_file(example(), "docs/simulators.md", mistakes);
        EXPECT_TRUE(mistakes.empty()) << to_string(mistakes.front());
    }
    [[nodiscard]] std::unique_ptr<console_bench> made(const device_options& options) const {
        return std::make_unique<console_bench>(*file, options);
    }
    std::optional<device_file> file;
};

TEST_F(SimulatorsGuide, Example_DoesWhatItsTableSays) {
    ASSERT_TRUE(file);
    const auto toy = made(switched_off({"eth0", "eth1"}));
    const auto other = made(switched_off({"eth0"}));
    toy->net.wires[{"r1", "eth0"}] = {{"peer", "eth0"}};
    toy->net.devices["peer"] = &other->dev();
    toy->dev().power_on();
    toy->pass(25s);
    EXPECT_THAT(toy->seen, testing::HasSubstr("starting toy 1.0"));
    EXPECT_THAT(toy->seen, testing::EndsWith("user: "));
    walk(*toy, {{"admin", "password: "},
                {"wrong", "% no"},
                {"admin", "password: "},
                {"admin", "toy# "},
                {"conf", "toy(cfg)# "},
                {"nmae r1", "% what is nmae?"},
                {"name r1", "r1(cfg)# "},
                {"int eth0", "r1(cfg-if)# "},
                {"address 10.0.0.1/24", "r1(cfg-if)# "},
                {"end", "r1# "},
                {"save", "OK"},
                {"ping 10.0.0.2", "... 0 of 3", 10s}});
    other->dev().power_on();
    other->pass(25s);
    walk(*other, {{"admin", "password: "},
                  {"admin", "toy# "},
                  {"conf", "toy(cfg)# "},
                  {"name r2", "r2(cfg)# "},
                  {"int eth0", "r2(cfg-if)# "},
                  {"address 10.0.0.2/24", "r2(cfg-if)# "}});
    walk(*toy, {{"ping 10.0.0.2", "!!! 3 of 3"}, {"show neighbors", "eth0        r2              eth0"}});
    walk(*other, {{"disable", "r2(cfg-if)# "}});
    walk(*toy, {{"ping 10.0.0.2", "... 0 of 3", 10s}, {"show neighbors", "not: r2"}});
    walk(*toy,
         {{"erase", "sure? [y/n] "}, {"y~", "r1# "}, {"reboot", "", 25s}, {"admin", "password: "}, {"admin", "toy# "}});
    walk(*toy, {{"show saved", "nothing is saved"}});
    EXPECT_TRUE(toy->dev().is_clean());
}

TEST_F(SimulatorsGuide, Example_KeepsToTheSchema) {
    const std::string path = testing::TempDir() + "rollover_simulator_" + std::to_string(getpid()) + ".xml";
    std::ofstream(path) << example();
    const std::string command = "xmllint --noout --schema topologies/schema/simulator.xsd " + path;
    EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe): a program of the system
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace rollover::sim
