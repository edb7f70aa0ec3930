#include "drivers/crossconnect/ways.h"

#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/openvswitch_rule_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace rollover::crossconnect {

namespace {

constexpr std::string_view handle = "526f:";
constexpr std::uint32_t million = 1'000'000;

std::int64_t microseconds(duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d).count();
}

/// Frames that are on their way at a time: small ones at the rate, or at 1 Gbit/s where there is none.
std::int64_t frames_waiting(const shape& shaped) {
    constexpr std::int64_t least = 1000;
    constexpr std::int64_t most = 200'000;
    constexpr std::int64_t bits_of_a_frame = 2'000;
    const std::int64_t rate = shaped.rate == 0 ? 1000 : shaped.rate;  // bits a microsecond
    return std::clamp(least + microseconds(shaped.delay + shaped.jitter) * rate / bits_of_a_frame, least, most);
}

std::string netem(const shape& shaped) {
    auto words = fmt::format("netem limit {}", frames_waiting(shaped));
    if (shaped.delay > duration::zero()) {
        words += fmt::format(" delay {}us", microseconds(shaped.delay));
        words += shaped.jitter > duration::zero() ? fmt::format(" {}us", microseconds(shaped.jitter)) : "";
    }
    if (shaped.loss_per_million != 0) {
        words += fmt::format(" loss {}.{:04}%", shaped.loss_per_million / 10'000, shaped.loss_per_million % 10'000);
    }
    return words + (shaped.rate == 0 ? "" : fmt::format(" rate {}mbit", shaped.rate));
}

/// A bucket of 10 ms, or of two frames of 9,000 bytes.
std::string tbf(const shape& shaped) {
    constexpr std::uint64_t least = 20'000;
    constexpr std::uint64_t bytes_in_10_ms = 1'250;  // at 1 Mbit/s
    return fmt::format("tbf rate {}mbit burst {} latency 50ms", shaped.rate,
                       std::max(least, shaped.rate * bytes_in_10_ms));
}

/// Cuts "d123" off; nothing when it does not begin with this letter and a number.
std::optional<std::uint32_t> take_number(std::string_view& text, char letter) {
    if (!text.starts_with(letter)) {
        return std::nullopt;
    }
    const auto end = text.find_first_not_of("0123456789", 1);
    const auto number = read_number<std::uint32_t>(text.substr(1, end == std::string_view::npos ? end : end - 1));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return number;
}

}  // namespace

way way_to(const std::string& bridge, const std::string& join_name, const attachment& member, const shape& shaped) {
    const auto number =
        number_of(fmt::format("{}|{}|{}|{}|{}", bridge, join_name, member.port, member.vlan, shape_note(shaped)));
    const auto name = fmt::format("ros{:011x}", number & 0xfff'ffff'ffffU);
    return {name + "a", name + "b", shaped};
}

bridge_port port_for_way(std::string name) {
    bridge_port port;
    port.name = std::move(name);
    port.marks = {{"rollover", "shape"}};
    return port;
}

bool is_way(const bridge_port& port) {
    const auto mark = port.marks.find("rollover");
    return has_own_name(port.name) && port.name.starts_with("ros") && mark != port.marks.end() &&
           mark->second == "shape";
}

result<void> check_shape(const shape& shaped) {
    using namespace std::chrono_literals;
    if (shaped == shape()) {
        return failure(errc::bad_input, "it asks for no delay, no loss and no rate");
    }
    if (shaped.delay < 0s || shaped.delay > 10s || shaped.jitter < 0s || shaped.jitter > shaped.delay) {
        return failure(errc::bad_input, "a delay is 0 to 10 s, and its jitter no more than that");
    }
    if (shaped.loss_per_million > million) {
        return failure(errc::bad_input, "more frames cannot be lost than there are");
    }
    return {};
}

std::string shape_note(const shape& shaped) {
    return fmt::format("d{}j{}l{}r{}", microseconds(shaped.delay), microseconds(shaped.jitter), shaped.loss_per_million,
                       shaped.rate);
}

std::optional<shape> read_shape_note(std::string_view text) {
    const auto delay = take_number(text, 'd');
    const auto jitter = take_number(text, 'j');
    const auto loss = take_number(text, 'l');
    const auto rate = take_number(text, 'r');
    if (!delay || !jitter || !loss || !rate || !text.empty()) {
        return std::nullopt;
    }
    shape read;
    read.delay = std::chrono::microseconds(*delay);
    read.jitter = std::chrono::microseconds(*jitter);
    read.loss_per_million = *loss;
    read.rate = *rate;
    return check_shape(read) ? std::optional(read) : std::nullopt;
}

std::string_view qdisc_kind(const shape& shaped) {
    shape only_rate;
    only_rate.rate = shaped.rate;
    return shaped == only_rate ? "tbf" : "netem";
}

std::string delete_links(std::span<const way> ways) {
    std::string lines;
    for (const auto& one : ways) {
        lines += fmt::format("link del {}\n", one.entry);
    }
    return lines;
}

std::string add_links(std::span<const way> ways) {
    std::string lines;
    for (const auto& one : ways) {
        lines += fmt::format("link add {} mtu 9216 type veth peer name {} mtu 9216\n", one.entry, one.exit);
        lines += fmt::format("link set {} up\nlink set {} up\n", one.entry, one.exit);
    }
    return lines;
}

std::string set_qdiscs(std::span<const way> ways) {
    std::string lines;
    for (const auto& one : ways) {
        const auto words = qdisc_kind(one.shaped) == "tbf" ? tbf(one.shaped) : netem(one.shaped);
        lines += fmt::format("qdisc replace dev {} root handle {} {}\n", one.entry, handle, words);
    }
    return lines;
}

result<std::map<std::string, std::string>> parse_qdiscs(std::string_view output) {
    const auto table = nlohmann::json::parse(output, nullptr, false);
    if (!table.is_array()) {
        return failure(errc::protocol, "tc -j qdisc show gave no list").said(std::string(output.substr(0, 200)));
    }
    std::map<std::string, std::string> kinds;
    for (const auto& one : table) {
        const auto word = [&](const char* key) {
            const bool there = one.is_object() && one.contains(key) && one[key].is_string();
            return there ? one[key].template get<std::string>() : std::string();
        };
        if (word("handle") == handle) {
            kinds.insert_or_assign(word("dev"), word("kind"));
        }
    }
    return kinds;
}

}  // namespace rollover::crossconnect
