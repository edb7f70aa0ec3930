#include "engine/placement/choices.h"

#include "engine/placement/facts.h"
#include "engine/placement/problem.h"
#include "engine/placement/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::placement {

namespace {

/// Collects what is ruled out of one node, reason by reason.
class sieve {
public:
    sieve(const lab_facts& facts, const std::string& node) : facts_(facts), left_(facts.device_count(), true) {
        made_.node = node;
    }

    /// What is left and not in `fitting` goes, for this reason.
    void keep(const bit_set& fitting, const std::string& why) {
        bit_set gone = left_;
        for (std::size_t d = gone.first(); d < gone.size(); d = gone.next(d + 1)) {
            if (fitting.contains(d)) {
                gone.erase(d);
            }
        }
        left_.keep(fitting);
        if (gone.count() > 0) {
            made_.others.push_back({why, names_of(facts_, gone)});
        }
    }

    /// The same, each with words of its own.
    void keep_available(const request& r) {
        for (const auto& [device, why] : reasons(r)) {
            bit_set fitting = left_;
            fitting.erase(device);
            keep(fitting, why);
        }
    }

    [[nodiscard]] node_choice end() {
        made_.possible = names_of(facts_, left_);
        return std::move(made_);
    }

private:
    [[nodiscard]] std::vector<std::pair<rank, std::string>> reasons(const request& r) const {
        std::vector<std::pair<rank, std::string>> all;
        for (std::size_t d = left_.first(); d < left_.size(); d = left_.next(d + 1)) {
            if (facts_.available().contains(d)) {
                continue;
            }
            const auto known = r.why.find(facts_.device_at(static_cast<rank>(d)));
            all.emplace_back(static_cast<rank>(d), known == r.why.end() ? "not available" : known->second);
        }
        return all;
    }

    const lab_facts& facts_;
    bit_set left_;
    node_choice made_;
};

}  // namespace

std::vector<node_choice> choices_of(const request& r) {
    const lab_facts facts(r);
    problem with_ports = compile(facts, r.topology, selection::everything(r.topology));
    keep_devices_with_enough_ports(with_ports);
    std::vector<node_choice> all;
    for (std::uint32_t n = 0; n < r.topology.nodes.size(); ++n) {
        const model::node& node = r.topology.nodes[n];
        sieve one(facts, node.name);
        for (const model::requirement& q : node.requirements) {
            if (!is_relation(q)) {
                one.keep(facts.meeting(q), "not " + words_of(q));
            }
        }
        one.keep_available(r);
        one.keep(with_ports.domains[n], "too few interfaces for its links");
        all.push_back(one.end());
    }
    return all;
}

std::string describe(const std::vector<node_choice>& choices) {
    constexpr std::size_t most_names = 8;
    std::string text;
    for (const node_choice& one : choices) {
        std::size_t devices = one.possible.size();
        for (const ruled_out& other : one.others) {
            devices += other.devices.size();
        }
        text +=
            fmt::format("{}: {} of {} {} could play it{}{}\n", one.node, one.possible.size(), devices,
                        plural(devices, "device"), one.possible.empty() ? "" : ": ", list_of(one.possible, most_names));
        for (const ruled_out& other : one.others) {
            text += fmt::format("  {}: {}\n", other.why, list_of(other.devices, most_names));
        }
    }
    return text;
}

std::string to_json(const std::vector<node_choice>& choices) {
    auto all = nlohmann::ordered_json::array();
    for (const node_choice& one : choices) {
        auto others = nlohmann::ordered_json::array();
        for (const ruled_out& other : one.others) {
            others.push_back({{"why", other.why}, {"devices", other.devices}});
        }
        all.push_back({{"node", one.node}, {"possible", one.possible}, {"ruled-out", std::move(others)}});
    }
    return all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace rollover::placement
