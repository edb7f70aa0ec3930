#include "simulators/lab/network_devices.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace rollover::sim {

namespace {

std::vector<std::string> words_of_line(std::string_view line) {
    std::vector<std::string> words;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        if (end > 0) {
            words.emplace_back(line.substr(0, end));
        }
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

process_result failed(std::string errors) {
    process_result no;
    no.exit_code = 1;
    no.errors = std::move(errors);
    return no;
}

/// Each line to `one`, which answers with an error or nothing.
template <class Command>
process_result batch(std::string_view input, bool force, Command one) {
    process_result all;
    std::size_t number = 0;
    for (const auto line : split_lines(input)) {
        ++number;
        if (trim(line).empty()) {
            continue;
        }
        const std::string error = one(line);
        if (!error.empty()) {
            all.exit_code = 1;
            all.errors += fmt::format("{}\nCommand failed -:{}\n", error, number);
            if (!force) {
                break;
            }
        }
    }
    return all;
}

}  // namespace

process_result network_devices::run_ip(const std::vector<std::string>& arguments, std::string_view input) {
    const bool force = !arguments.empty() && arguments.front() == "-force";
    if (arguments.size() != (force ? 3U : 2U) || arguments[arguments.size() - 2] != "-batch") {
        return failed("Only ip [-force] -batch - is simulated\n");
    }
    return batch(input, force, [this](std::string_view line) { return link(words_of_line(line)); });
}

process_result network_devices::run_tc(const std::vector<std::string>& arguments, std::string_view input) {
    if (arguments == std::vector<std::string>{"-j", "qdisc", "show"}) {
        std::vector<std::string> entries{R"({"kind":"noqueue","handle":"0:","dev":"lo","root":true,"options":{}})"};
        for (const auto& [device, line] : qdiscs_) {
            const auto words = words_of_line(line);
            entries.push_back(fmt::format(R"({{"kind":"{}","handle":"{}","dev":"{}","root":true,"options":{{}}}})",
                                          words[7], words[6], device));
        }
        process_result shown;
        shown.output = fmt::format("[{}]\n", fmt::join(entries, ","));
        return shown;
    }
    if (arguments != std::vector<std::string>{"-batch", "-"}) {
        return failed("Only tc -batch - and tc -j qdisc show are simulated\n");
    }
    return batch(input, false, [this](std::string_view line) { return qdisc(words_of_line(line), line); });
}

std::string network_devices::link(const std::vector<std::string>& words) {
    if (words.size() == 12 && words[1] == "add" && words[6] == "veth") {
        if (peers_.contains(words[2]) || peers_.contains(words[9])) {
            return "RTNETLINK answers: File exists";
        }
        peers_[words[2]] = words[9];
        peers_[words[9]] = words[2];
        return {};
    }
    if (words.size() < 3 || !peers_.contains(words[2])) {
        return fmt::format("Cannot find device \"{}\"", words.size() < 3 ? "" : words[2]);
    }
    if (words[1] == "del") {
        const auto other = peers_[words[2]];
        for (const auto& gone : {words[2], other}) {
            peers_.erase(gone);
            qdiscs_.erase(gone);
        }
    }
    return {};
}

std::string network_devices::qdisc(const std::vector<std::string>& words, std::string_view line) {
    if (words.size() < 9 || words[1] != "replace" || words[4] != "root") {
        return "What is \"qdisc\"?";
    }
    if (!peers_.contains(words[3])) {
        return fmt::format("Cannot find device \"{}\"", words[3]);
    }
    if (words[7] != "tbf" && !(netem && words[7] == "netem")) {
        return "Error: Specified qdisc kind is unknown.";
    }
    qdiscs_[words[3]] = line;
    return {};
}

}  // namespace rollover::sim
