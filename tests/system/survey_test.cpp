// A survey by the code that ships, in virtual time: routers as they left the factory, whose interfaces are shut down,
// on switches and a cross-connect that are cabled otherwise than the lab file says.
#include "engine/survey/survey.h"

#include "drivers/crossconnect/probe_frames.h"
#include "engine/activation/memory_journal.h"
#include "engine/runtime/virtual_runtime.h"
#include "tests/system/virtual_lab.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace rollover::tests {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Where each interface's cable really ends: the VLAN of "r1 FastEthernet0/0". 0: nowhere.
using cabling = std::map<std::string, std::uint16_t>;

/// A cross-connect's host that knows what comes from where: the frames of simulated routers, along `cables`.
class cabled_prober final : public crossconnect::prober {
public:
    struct world {
        const model::lab& lab;
        sim::lab_simulator& simulator;
        cabling cables{};
        std::vector<std::string> standing{};  ///< what was begun and has not ended
        std::optional<failure> refuses{};     ///< to begin
        unsigned calls = 0;
        std::function<void()> on_call = [] {};
        std::set<std::string> silent{};                      ///< "r1 FastEthernet0/0": nothing comes from there
        std::map<crossconnect::call_kind, unsigned> sent{};  ///< how often
        bool announces = true;
    };

    explicit cabled_prober(world& w) : world_(w) {}

    task<result<std::vector<crossconnect::look_result>>> begin(std::string name,
                                                               std::vector<crossconnect::marked_place> where,
                                                               time_point /*deadline*/) override {
        if (world_.refuses) {
            co_return *world_.refuses;
        }
        world_.standing.push_back(std::move(name));
        where_ = std::move(where);
        co_return std::vector<crossconnect::look_result>(where_.size());
    }

    [[nodiscard]] bool can_send(crossconnect::call_kind what) const noexcept override {
        return what != crossconnect::call_kind::announce || world_.announces;
    }

    task<result<void>> send(crossconnect::call_kind what, std::vector<crossconnect::frames_to> frames,
                            time_point /*deadline*/) override {
        ++world_.calls;
        ++world_.sent[what];
        for (const auto& one : frames) {
            for (std::uint32_t d = 0; d < world_.lab.devices.size(); ++d) {
                for (const auto& interface : world_.lab.devices[d].interfaces) {
                    const auto cable = world_.cables.find(world_.lab.devices[d].name + " " + interface.name);
                    if (cable != world_.cables.end() && cable->second == one.where.vlan) {
                        world_.simulator.at({d}).count_received(interface.name, one.count);
                        if (what == crossconnect::call_kind::announce) {
                            world_.simulator.at({d}).hear(interface.name, {announced_at(one.where), "Rollover"});
                        }
                    }
                }
            }
        }
        world_.on_call();
        co_return result<void>();
    }

    task<result<std::vector<crossconnect::sighting>>> look(time_point /*deadline*/) override {
        std::vector<crossconnect::sighting> all;
        for (const auto& one : where_) {
            crossconnect::sighting seen{one.where, {}};
            for (std::uint32_t d = 0; d < world_.lab.devices.size(); ++d) {
                for (const auto& interface : world_.lab.devices[d].interfaces) {
                    const auto cable = world_.cables.find(world_.lab.devices[d].name + " " + interface.name);
                    const auto sends = world_.simulator.at({d}).hardware_address(interface.name);
                    if (cable != world_.cables.end() && cable->second == one.where.vlan && sends &&
                        !world_.silent.contains(cable->first)) {
                        seen.sources.push_back(*read_mac(*sends));
                    }
                }
            }
            all.push_back(std::move(seen));
        }
        co_return all;
    }

    task<result<void>> end(std::string name, time_point /*deadline*/) override {
        std::erase(world_.standing, name);
        co_return result<void>();
    }

private:
    std::string announced_at(const crossconnect::attachment& at) const {
        const auto place = std::ranges::find(where_, at, &crossconnect::marked_place::where);
        return crossconnect::announced_name(place->number);
    }

    world& world_;
    std::vector<crossconnect::marked_place> where_;
};

class VirtualSurvey : public testing::Test {
protected:
    VirtualSurvey()
        : lab_(read_lab_or_die(lab_xml(3))),
          platforms_(platform::library::read({ROLLOVER_SOURCE_PLATFORMS}, mistakes_)),
          wheel_(rt_),
          journal_(rt_),
          simulator_(rt_, lab_, {}, {}),
          world_{lab_, simulator_},
          env_(rt_, wheel_, platforms_, journal_) {
        // The way back ends the survey on the host by its driver, which no process of ours makes here.
        rt_.on_process([this](const process_request& program) {
            ++ended_on_host_;
            return simulator_.run_on_host("xc1", program);
        });
        for (const auto& device : lab_.devices) {
            for (const auto& interface : device.interfaces) {
                world_.cables[device.name + " " + interface.name] = interface.port->vlan;
            }
        }
    }

    void run() { EXPECT_EQ(rt_.run(root(), time_point(24h)), virtual_end::finished); }

    [[nodiscard]] std::vector<std::string> differences() const {
        std::vector<std::string> all;
        for (const auto& f : out_.found.findings) {
            if (f.is_difference()) {
                all.push_back(fmt::format("{} {}", survey::name_of(f.what), f.target));
            }
        }
        return all;
    }

    task<void> root() {
        const auto started = simulator_.start();
        if (!started) {
            ADD_FAILURE() << describe(started.error());
            co_return;
        }
        activation::beginning begin{lab_.name, "lab.xml", survey::journal_name, "test", {"r0", "r1", "r2"}, ""};
        const auto id = co_await journal_.begin(std::move(begin));
        survey::request what;
        what.devices = {{0}, {1}, {2}};
        what.id = *id;
        what.make_prober = [this](runtime&, crossconnect::address) { return std::make_unique<cabled_prober>(world_); };
        out_ = co_await survey::survey_lab(env_, lab_, std::move(what), stop_);
        clean_ =
            std::ranges::all_of(std::array{0U, 1U, 2U}, [this](unsigned d) { return simulator_.at({d}).is_clean(); });
        const auto kept = co_await journal_.unavailable(lab_.name);
        still_held_ = kept ? kept->size() : 99;
        co_await simulator_.stop();
    }

    model::lab lab_;
    diagnostics mistakes_;
    platform::library platforms_;
    virtual_runtime rt_;
    console::pacing_wheel wheel_;
    activation::memory_journal journal_;
    sim::lab_simulator simulator_;
    cabled_prober::world world_;
    activation::environment env_;
    activation::stop_switch stop_;
    survey::outcome out_;
    bool clean_ = false;
    std::size_t still_held_ = 0;
    unsigned ended_on_host_ = 0;
};

TEST_F(VirtualSurvey, CabledAsTheLabFileSays_InterfacesAreBroughtUp_AndTheDevicesCleanAgain) {
    run();
    EXPECT_THAT(differences(), IsEmpty());
    EXPECT_EQ(out_.found.proved.size(), 6U);
    EXPECT_EQ(out_.looked_for, 6U);
    EXPECT_THAT(out_.unasked, IsEmpty());
    EXPECT_THAT(out_.unread, IsEmpty());
    EXPECT_TRUE(clean_);
    EXPECT_EQ(still_held_, 0U);
    EXPECT_EQ(out_.after.devices.size(), 3U) << "each was touched";
    const auto text = journal_.text();
    for (const auto* word : {"touching", "joining", "unjoined", "clean", "ended"}) {
        EXPECT_THAT(text, HasSubstr(word));
    }
    EXPECT_GT(ended_on_host_, 0U);
    EXPECT_EQ(world_.sent[crossconnect::call_kind::announce], 0U) << "each has answered";
}

TEST_F(VirtualSurvey, WhoAnswersNothing_IsFoundByWhatItSeesByCdp_AndNotCounted) {
    std::swap(world_.cables["r0 FastEthernet0/0"], world_.cables["r2 FastEthernet0/1"]);
    world_.silent = {"r0 FastEthernet0/0", "r1 FastEthernet0/0", "r2 FastEthernet0/1"};
    run();
    EXPECT_THAT(differences(), ElementsAre("swapped r0 FastEthernet0/0", "swapped r2 FastEthernet0/1"));
    EXPECT_EQ(out_.found.proved.size(), 4U);
    EXPECT_EQ(world_.sent[crossconnect::call_kind::announce], 1U);
    EXPECT_EQ(world_.sent[crossconnect::call_kind::count], 1U) << "one round for those that were seen";
    EXPECT_TRUE(clean_);
}

TEST_F(VirtualSurvey, WhoAnswersNothing_IsFoundByItsCounter_WhereNothingCanBeAnnounced) {
    world_.announces = false;
    std::swap(world_.cables["r0 FastEthernet0/0"], world_.cables["r2 FastEthernet0/1"]);
    world_.silent = {"r0 FastEthernet0/0", "r2 FastEthernet0/1"};
    run();
    EXPECT_THAT(differences(), ElementsAre("swapped r0 FastEthernet0/0", "swapped r2 FastEthernet0/1"));
    EXPECT_EQ(world_.sent[crossconnect::call_kind::announce], 0U);
    EXPECT_GT(world_.sent[crossconnect::call_kind::count], 1U);
}

TEST_F(VirtualSurvey, SwappedAndMissingCables_AreFound) {
    std::swap(world_.cables["r0 FastEthernet0/0"], world_.cables["r2 FastEthernet0/1"]);
    world_.cables["r1 FastEthernet0/1"] = 0;
    run();
    EXPECT_THAT(differences(),
                ElementsAre("swapped r0 FastEthernet0/0", "swapped r2 FastEthernet0/1", "dead r1 FastEthernet0/1"));
    EXPECT_EQ(out_.found.proved.size(), 3U);
    EXPECT_TRUE(clean_);
}

TEST_F(VirtualSurvey, ACrossConnectThatRefuses_LeavesNoDeviceDirty) {
    world_.refuses = failure(errc::unreachable, "no route");
    run();
    EXPECT_EQ(out_.unread.size(), 1U);
    EXPECT_THAT(differences(), IsEmpty());
    EXPECT_TRUE(clean_);
    EXPECT_EQ(still_held_, 0U);
}

TEST_F(VirtualSurvey, AStopInTheMiddle_CleansUp) {
    world_.cables["r1 FastEthernet0/1"] = 0;
    world_.on_call = [this] {
        if (world_.calls == 2) {
            stop_.request();
        }
    };
    run();
    EXPECT_TRUE(out_.stopped);
    EXPECT_TRUE(clean_);
    EXPECT_EQ(still_held_, 0U);
}

}  // namespace
}  // namespace rollover::tests
