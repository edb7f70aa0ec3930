#include "drivers/crossconnect/capture.h"

#include "drivers/crossconnect/host.h"
#include "drivers/crossconnect/linux_bridge_names.h"
#include "drivers/crossconnect/openvswitch_commands.h"
#include "drivers/crossconnect/openvswitch_ports.h"
#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace rollover::crossconnect {

namespace {

constexpr std::size_t tag_at = 12;  // behind both addresses
constexpr std::size_t tag_size = 4;
constexpr std::uint16_t customer_tag = 0x8100;
constexpr std::uint16_t service_tag = 0x88A8;
constexpr std::uint16_t vlan_mask = 0x0FFF;
constexpr unsigned patience = 20;  // seconds, of one tool

std::uint16_t number_at(const std::string& bytes, std::size_t at) {
    return static_cast<std::uint16_t>((static_cast<unsigned char>(bytes[at]) << 8U) |
                                      static_cast<unsigned char>(bytes[at + 1]));
}

std::vector<std::string> tcpdump(const std::string& device, bool only_incoming) {
    std::vector<std::string> argv{"tcpdump", "-i", device, "-n", "-U", "--time-stamp-precision=nano"};
    if (only_incoming) {
        argv.insert(argv.end(), {"-Q", "in"});
    }
    argv.insert(argv.end(), {"-w", "-"});
    return argv;
}

failure failed(const std::vector<std::string>& argv, const process_result& ended) {
    const std::string words(trim(ended.errors));
    failure why(errc::device_rejected, fmt::format("{} ended with {}", argv.front(), ended.exit_code));
    if (words.find("not found") != std::string::npos || words.find("o such file") != std::string::npos) {
        why = failure(errc::unsupported, argv.front() + " is not there");
        why = std::move(why).advise("install " + argv.front() + " on the host of the cross-connect");
    }
    return std::move(why).after_command(rollover::join(argv, " ")).said(words);
}

/// One tcpdump on one device, its frames to `to`.
task<result<void>> listen(runtime& rt, address where, std::vector<std::string> argv,
                          std::function<void(captured_frame)> to, time_point until) {
    auto opened = co_await open_host(rt, std::move(where), until);
    if (!opened) {
        co_return opened.error();
    }
    pcap_reader reader;
    std::optional<failure> broken;
    std::function<void(std::string_view)> on_output = [&](std::string_view bytes) {
        if (broken) {
            return;
        }
        auto frames = reader.feed(bytes);
        if (!frames) {
            broken = frames.error();
            return;
        }
        for (captured_frame& one : *frames) {
            to(std::move(one));
        }
    };
    auto copy = argv;
    const auto ended = co_await (*opened)->stream(std::move(copy), std::move(on_output), until);
    if (broken) {
        co_return *broken;
    }
    if (!ended && ended.error().code != errc::timed_out) {
        co_return ended.error();
    }
    if (ended && !ended->timed_out && ended->exit_code != 0) {
        co_return failed(argv, *ended);
    }
    co_return result<void>();
}

/// What the captures of both kinds have in common.
class host_capture : public capture {
public:
    host_capture(runtime& rt, address where, join what)
        : runtime_(rt), where_(std::move(where)), join_(std::move(what)) {}

protected:
    /// Its standard output.
    task<result<std::string>> run_once(std::vector<std::string> argv, time_point deadline) {
        auto opened = co_await open_host(runtime_, where_, deadline);
        if (!opened) {
            co_return opened.error();
        }
        auto copy = argv;
        const auto ended = co_await (*opened)->run(std::move(copy), {}, deadline);
        if (!ended) {
            co_return ended.error();
        }
        if (ended->exit_code != 0) {
            co_return failed(argv, *ended);
        }
        co_return ended->output;
    }

    runtime& runtime_;
    address where_;
    join join_;
};

/// A mirror of the trunks' ports, of our VLANs only, into a port that tcpdump listens on.
class openvswitch_capture final : public host_capture {
public:
    using host_capture::host_capture;

    task<result<void>> begin(time_point deadline) override {
        const auto gone = co_await end(deadline);
        if (!gone) {
            co_return gone;
        }
        const auto named = co_await name_ports(deadline);
        if (!named) {
            co_return named;
        }
        std::vector<std::string> argv{"ovs-vsctl", "--timeout=20", "add-port",  where_.bridge, port(),
                                      "--",        "set",          "interface", port(),        "type=internal"};
        add_mirror(argv);
        const auto made = co_await run_once(std::move(argv), deadline);
        if (!made) {
            co_return made.error();
        }
        std::vector<std::string> up{"ip", "link", "set", port(), "up"};
        const auto is_up = co_await run_once(std::move(up), deadline);
        if (!is_up) {
            co_return is_up.error();
        }
        co_return result<void>();
    }

    task<result<void>> run(frame_sink to, time_point until) override {
        std::function<void(captured_frame)> sort = [this, to](captured_frame frame) {
            const auto vlan = take_vlan_tag(frame);
            const auto member = std::ranges::find(join_.members, vlan.value_or(0), &attachment::vlan);
            if (member != join_.members.end()) {
                to(static_cast<std::size_t>(member - join_.members.begin()), std::move(frame));
            }
        };
        auto argv = tcpdump(port(), false);
        co_return co_await listen(runtime_, where_, std::move(argv), std::move(sort), until);
    }

    task<result<void>> end(time_point deadline) override {
        std::vector<std::string> find{"ovs-vsctl", "--timeout=20", "--bare",        "--columns=_uuid",
                                      "find",      "mirror",       "name=" + port()};
        const auto found = co_await run_once(std::move(find), deadline);
        if (!found) {
            co_return found.error();
        }
        std::vector<std::string> argv{"ovs-vsctl", "--timeout=20", "--if-exists", "del-port", where_.bridge, port()};
        for (const auto line : split_lines(*found)) {
            if (!trim(line).empty()) {
                argv.insert(argv.end(), {"--", "remove", "bridge", where_.bridge, "mirrors", std::string(trim(line))});
            }
        }
        const auto gone = co_await run_once(std::move(argv), deadline);
        if (!gone) {
            co_return gone.error();
        }
        co_return result<void>();
    }

private:
    /// A trunk that does not say where it arrives arrives at the only port of the bridge.
    task<result<void>> name_ports(time_point deadline) {
        const auto nameless = [](const attachment& m) { return m.port.empty(); };
        if (std::ranges::none_of(join_.members, nameless)) {
            co_return result<void>();
        }
        auto argv = read_ports_command(where_.bridge, patience);
        const auto read = co_await run_once(std::move(argv), deadline);
        if (!read) {
            co_return read.error();
        }
        const auto ports = parse_ports(*read);
        if (!ports) {
            co_return ports.error();
        }
        const auto trunk =
            std::ranges::find_if(*ports, [](const bridge_port& p) { return p.number != 0 && !is_ours(p); });
        for (attachment& m : join_.members) {
            m.port = m.port.empty() && trunk != ports->end() ? trunk->name : m.port;
        }
        co_return result<void>();
    }

    [[nodiscard]] std::string port() const { return fmt::format("rocap{:010x}", number_of(join_.name) >> 8U); }

    void add_mirror(std::vector<std::string>& argv) const {
        std::set<std::string> trunks;
        std::string vlans;
        for (const attachment& m : join_.members) {
            trunks.insert(m.port);
            vlans += fmt::format("{}{}", vlans.empty() ? "" : ",", m.vlan);
        }
        std::string from;
        for (const std::string& trunk : trunks) {
            const std::string id = fmt::format("@from{}", from.size());
            argv.insert(argv.end(), {"--", "--id=" + id, "get", "port", trunk});
            from += (from.empty() ? "" : ",") + id;
        }
        argv.insert(argv.end(), {"--", "--id=@to", "get", "port", port(), "--", "--id=@mirror", "create", "mirror",
                                 "name=" + port(), "select_src_port=" + from, "select_vlan=" + vlans, "output_port=@to",
                                 "--", "add", "bridge", where_.bridge, "mirrors", "@mirror"});
    }
};

/// A tcpdump for each member's device.
class linux_capture final : public host_capture {
public:
    using host_capture::host_capture;

    /// Finds the devices by the claim that the driver has put on them: their own names may be others (VLAN devices
    /// whose name would be too long).
    task<result<void>> begin(time_point deadline) override {
        for (const attachment& m : join_.members) {
            std::vector<std::string> argv{"ip",   "-o",  "link",
                                          "show", "dev", claim_on(fmt::format("{}.{}", m.port, m.vlan))};
            const auto shown = co_await run_once(std::move(argv), deadline);
            if (!shown) {
                co_return shown.error();
            }
            const auto from = shown->find(": ") + 2;
            devices_.push_back(shown->substr(from, shown->find_first_of("@:", from) - from));
        }
        co_return result<void>();
    }
    task<result<void>> end(time_point) override { co_return result<void>(); }

    task<result<void>> run(frame_sink to, time_point until) override {
        task_group all(runtime_);
        result<void> first;
        for (std::size_t i = 0; i < join_.members.size(); ++i) {
            all.spawn(listen_to(i, to, until, first, all));
        }
        co_await all.join();
        co_return first;
    }

private:
    task<void> listen_to(std::size_t member, frame_sink to, time_point until, result<void>& first, task_group& all) {
        std::function<void(captured_frame)> tell = [&to, member](captured_frame frame) {
            to(member, std::move(frame));
        };
        auto argv = tcpdump(devices_[member], true);
        auto listened = co_await listen(runtime_, where_, std::move(argv), std::move(tell), until);
        if (!listened && first) {
            first = std::move(listened);
            all.cancel();
        }
    }

    std::vector<std::string> devices_;  // by member
};

}  // namespace

std::optional<std::uint16_t> take_vlan_tag(captured_frame& frame) {
    if (frame.bytes.size() < tag_at + tag_size) {
        return std::nullopt;
    }
    const std::uint16_t type = number_at(frame.bytes, tag_at);
    if (type != customer_tag && type != service_tag) {
        return std::nullopt;
    }
    const std::uint16_t vlan = number_at(frame.bytes, tag_at + 2) & vlan_mask;
    frame.bytes.erase(tag_at, tag_size);
    frame.length -= std::min<std::uint32_t>(frame.length, tag_size);
    return vlan;
}

std::unique_ptr<capture> make_capture(runtime& rt, address where, join what) {
    if (where.what == kind::linux_bridge) {
        return std::make_unique<linux_capture>(rt, std::move(where), std::move(what));
    }
    return std::make_unique<openvswitch_capture>(rt, std::move(where), std::move(what));
}

}  // namespace rollover::crossconnect
