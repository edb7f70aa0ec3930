// A prober for hosts with bridges of the kernel: linux_survey.h says what is told to them.
#include "drivers/crossconnect/linux_survey.h"
#include "drivers/crossconnect/tool.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace rollover::crossconnect {

namespace {

constexpr std::size_t bridges_of_a_command = 200;  // that ping at once
constexpr std::size_t most_bridges = 4096;         // their names have three digits

class linux_prober final : public prober {
public:
    linux_prober(runtime& rt, address where) : runtime_(rt), where_(std::move(where)) {}

    task<result<std::vector<look_result>>> begin(std::string name, std::vector<marked_place> where,
                                                 time_point deadline) override {
        const auto links = co_await read_links(deadline);
        if (!links) {
            co_return links.error();
        }
        std::vector<look_result> results;
        std::vector<watched_device> watched;
        for (const auto& one : where) {
            results.push_back(choose(name, *links, one, watched));
        }
        std::vector<std::string> argv{"ip", "-batch", "-"};
        auto made = co_await tools_.run(std::move(argv), batch_to_look(name, watched), deadline);
        if (made) {
            made = co_await wake(deadline);
        }
        if (!made) {
            co_return placed(made.error());
        }
        co_return results;
    }

    [[nodiscard]] bool can_send(call_kind what) const noexcept override { return what != call_kind::announce; }

    task<result<void>> send(call_kind what, std::vector<frames_to> frames, time_point deadline) override {
        if (!can_send(what)) {
            co_return result<void>();
        }
        std::map<unsigned, std::vector<std::string>> by_count;
        for (const auto& one : frames) {
            if (const auto found = bridges_.find(one.where); found != bridges_.end()) {
                by_count[one.count].push_back(found->second);
            }
        }
        for (const auto& [count, bridges] : by_count) {
            const auto sent = co_await ping(count, bridges, deadline);
            if (!sent) {
                co_return sent;
            }
        }
        co_return result<void>();
    }

    task<result<std::vector<sighting>>> look(time_point deadline) override {
        std::vector<std::string> argv{"bridge", "fdb", "show"};
        const auto table = co_await tools_.run(std::move(argv), "", deadline);
        if (!table) {
            co_return placed(table.error());
        }
        std::map<std::string, std::set<mac_address>> by_bridge;
        for (const auto& one : parse_forwarding(*table)) {
            by_bridge[one.bridge].insert(one.source);
        }
        std::vector<sighting> all;
        for (const auto& [where, bridge] : bridges_) {
            if (const auto found = by_bridge.find(bridge); found != by_bridge.end()) {
                all.push_back({where, {found->second.begin(), found->second.end()}});
            }
        }
        co_return all;
    }

    task<result<void>> end(std::string name, time_point deadline) override {
        const auto links = co_await read_links(deadline);
        if (!links) {
            co_return links.error();
        }
        auto lines = batch_to_end(name, *links);
        bridges_.clear();
        if (lines.empty()) {
            co_return result<void>();
        }
        std::vector<std::string> argv{"ip", "-batch", "-"};
        const auto ended = co_await tools_.run(std::move(argv), std::move(lines), deadline);
        co_return ended ? result<void>() : result<void>(placed(ended.error()));
    }

private:
    task<result<std::vector<survey_link>>> read_links(time_point deadline) {
        std::vector<std::string> words{"ip", "-o", "link", "show"};
        const auto output = co_await tools_.run(std::move(words), "", deadline);
        if (!output) {
            co_return placed(output.error());
        }
        co_return parse_survey_links(*output);
    }

    look_result choose(const std::string& name, const std::vector<survey_link>& links, const marked_place& wanted,
                       std::vector<watched_device>& watched) {
        const auto& one = wanted.where;
        const auto device = fmt::format("{}.{}", one.port, one.vlan);
        const auto named = [&](const std::string& device_name) {
            return std::ranges::find(links, device_name, &survey_link::name);
        };
        const auto found = named(device);
        const bool is_there = found != links.end();
        if (one.port.empty() || (!is_there && named(one.port) == links.end())) {
            return {look_result::kind::no_port, one.port.empty()
                                                    ? "its port is not named in the lab file"
                                                    : fmt::format("the host has neither {} nor {}", device, one.port)};
        }
        if (is_there && !found->master.empty()) {
            return {look_result::kind::in_a_join, fmt::format("{} is in bridge {}", device, found->master)};
        }
        if (watched.size() == most_bridges) {
            return {look_result::kind::in_a_join, fmt::format("{} places are looked at already", most_bridges)};
        }
        watched_device next{device,
                            survey_bridge(name, watched.size()),
                            is_there && found->up,
                            is_there ? std::string() : one.port,
                            one.vlan,
                            wanted.number};
        bridges_[one] = next.bridge;
        watched.push_back(std::move(next));
        return {};
    }

    task<result<std::string>> wake(time_point deadline) {
        std::vector<std::string> all;
        for (const auto& [where, bridge] : bridges_) {
            all.push_back(bridge);
        }
        co_return co_await tools_.run(wake_command(all), "", deadline);
    }

    task<result<void>> ping(unsigned frames, const std::vector<std::string>& bridges, time_point deadline) {
        for (std::size_t at = 0; at < bridges.size(); at += bridges_of_a_command) {
            const auto count = std::min(bridges_of_a_command, bridges.size() - at);
            const auto first = bridges.begin() + static_cast<std::ptrdiff_t>(at);
            const std::vector<std::string> some(first, first + static_cast<std::ptrdiff_t>(count));
            auto sent = co_await tools_.run(ping_command(frames, some), "", deadline);
            if (!sent) {
                co_return placed(std::move(sent).error().advise("install ping (iputils-ping) there"));
            }
        }
        co_return result<void>();
    }

    [[nodiscard]] failure placed(failure f) const {
        return std::move(f).at(
            fmt::format("cross-connect {}{}{}", where_.name, where_.host.empty() ? "" : " on ", where_.host));
    }

    runtime& runtime_;
    address where_;
    tool_host tools_{runtime_, where_};
    std::map<attachment, std::string> bridges_;
};

}  // namespace

std::unique_ptr<prober> make_linux_prober(runtime& rt, address where) {
    return std::make_unique<linux_prober>(rt, std::move(where));
}

}  // namespace rollover::crossconnect
