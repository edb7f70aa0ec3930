// rollover calendar, quarantine: who has which device when, and which is out of the lab.
#include "apps/service_client.h"
#include "engine/scheduler/local_time.h"
#include "engine/service/http_message.h"

#include <algorithm>
#include <fmt/format.h>
#include <iostream>

namespace rollover::apps {

using scheduler::instant;

namespace {

struct calendar_options {
    service_options service;
    std::string device;
    std::string from;
    std::string length = "24h";
    std::string why;
};

constexpr std::int64_t columns = 72;

/// One device's row: "--r17---" where it is held, dots where it is free.
std::string row_of(const service_json& bookings, const std::string& device, instant from, instant until,
                   const auto& read) {
    std::string row(columns, '.');
    const auto column = [&](instant t) {
        return std::clamp<std::int64_t>((t - from).count() * columns / (until - from).count(), 0, columns);
    };
    for (const auto& one : bookings) {
        if (one.value("device", "") != device) {
            continue;
        }
        const auto begin = static_cast<std::size_t>(column(read(one.value("from", ""))));
        const auto end = static_cast<std::size_t>(column(read(one.value("until", ""))));
        const std::size_t room = std::max<std::size_t>(end, begin + 1) - begin;
        std::string bar(std::min(room, row.size() - std::min(begin, row.size())), '-');
        const std::string id = one.value("reservation", "");
        if (!bar.empty()) {
            bar.front() = '[';
        }
        if (bar.size() > id.size() + 1) {
            bar.replace(1, id.size(), id);
        }
        row.replace(begin, bar.size(), bar);
    }
    return row;
}

void print_timeline(const service_json& bookings, const service_json& devices, const scheduler::local_time& zone,
                    instant from, instant until, const std::string& only) {
    const auto read = [&zone](const std::string& utc) {
        const auto t = zone.read(utc, instant());
        return t ? *t : instant();
    };
    constexpr int ticks = 6;
    std::string head;
    for (int i = 0; i < ticks; ++i) {
        const auto at = zone.write(from + (until - from) * i / ticks);
        head +=
            fmt::format("{:<{}}", "|" + at.substr(until - from > std::chrono::hours(36) ? 5 : 11, 5), columns / ticks);
    }
    std::cout << fmt::format("{} to {}\n{:<16} {}\n", zone.write(from), zone.write(until), "", head);
    for (const auto& device : devices) {
        const std::string name = device.value("name", "");
        if (only.empty() || only == name) {
            std::cout << fmt::format("{:<16} {}{}\n", name, row_of(bookings, name, from, until, read),
                                     device.value("condition", "") == "quarantined" ? "  quarantined" : "");
        }
    }
    for (const auto& one : bookings) {
        if (only == one.value("device", "")) {
            const bool known = !one.value("owner", "").empty();
            std::cout << fmt::format(
                "    {}  {} to {}  {}\n", one.value("reservation", ""), one.value("from_local", ""),
                one.value("until_local", ""),
                known ? one.value("topology", "") + " by " + one.value("owner", "") : std::string("somebody else"));
        }
    }
}

void run_calendar(common_options& common, const calendar_options& g) {
    const auto length = scheduler::read_length(g.length);
    if (!length || *length <= std::chrono::seconds(0)) {
        throw CLI::ValidationError("--for", "'" + g.length + "' is no length of time: 24h, 7d");
    }
    service_session session(g.service, common.exit_code);
    const auto health = session.ask("GET", "/v1/health");
    if (!health) {
        return;
    }
    const auto zone = scheduler::local_time::in(health->value("time_zone", ""));
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto from = zone ? zone->read(g.from.empty() ? "now" : g.from, now) : result<instant>(zone.error());
    if (!from) {
        std::cerr << describe(from.error()) << "\n";
        common.exit_code = 2;
        return;
    }
    std::map<std::string, std::string> query{{"from", scheduler::to_utc_text(*from)},
                                             {"until", scheduler::to_utc_text(*from + *length)}};
    if (!g.device.empty()) {
        query["device"] = g.device;
    }
    const auto bookings = session.ask("GET", service::make_target("/v1/calendar", query));
    const auto devices = session.ask("GET", "/v1/devices");
    if (!bookings || !devices) {
        return;
    }
    if (common.json) {
        std::cout << bookings->dump(2) << "\n";
    } else {
        print_timeline((*bookings)["bookings"], (*devices)["devices"], *zone, *from, *from + *length, g.device);
    }
}

}  // namespace

void add_calendar_commands(CLI::App& app, common_options& common) {
    const auto g = std::make_shared<calendar_options>();
    auto* calendar = app.add_subcommand("calendar", "Who has which device when: a line for each device");
    add_service_option(*calendar, g->service);
    add_json_option(*calendar, common);
    calendar->add_option("--device", g->device, "Only this one, with what holds it");
    calendar->add_option("--from", g->from, "From when; else now");
    calendar->add_option("--for", g->length, "How much of it: 24h, 7d")->capture_default_str();
    calendar->callback([&common, g] { run_calendar(common, *g); });

    auto* quarantine = app.add_subcommand("quarantine", "Takes a device out of the lab until it is released");
    add_service_option(*quarantine, g->service);
    quarantine->add_option("DEVICE", g->device, "Its name in the lab file")->required();
    quarantine->add_option("--why", g->why, "For people");
    quarantine->callback([&common, g] {
        const std::string path = "/v1/devices/" + service::percent_encoded(g->device) + "/quarantine";
        if (ask(g->service, "POST", path, {{"why", g->why}}, common.exit_code)) {
            std::cout << g->device << " is in quarantine; to let it back in: rollover release " << g->device << "\n";
        }
    });
}

}  // namespace rollover::apps
