// rollover reserve, reservations, show, extend, cancel, watch: what users do with the service.
#include "apps/service_client.h"
#include "engine/service/http_message.h"

#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <sstream>

namespace rollover::apps {

namespace {

struct reserve_options {
    service_options service;
    parameter_option parameters;
    std::string topology;
    std::string id;
    std::string from;
    std::string length;
    std::string owner;
    std::string until;
    std::string by;
    std::string policy;
    unsigned pods = 1;
    bool earliest = false;
    bool all = false;
};

std::string text(const service_json& from, const char* key) {
    return from.value(key, "");
}

void print_reservation(const service_json& r) {
    std::cout << fmt::format("{}  {}  {}  {} to {}  by {}\n", text(r, "id"), text(r, "stage"), text(r, "topology"),
                             text(r, "from_local"), text(r, "until_local"), text(r, "owner"));
    for (const auto& pod : r["pods"]) {
        std::cout << "    " << (r["pods"].size() > 1 ? fmt::format("pod {}: ", pod.value("number", 0)) : std::string())
                  << "devices";
        for (const auto& device : pod["devices"]) {
            std::cout << " " << device.get<std::string>();
        }
        const std::string activation = text(pod, "activation");
        std::cout << (activation.empty() ? "" : "  activation " + activation) << "\n";
    }
    const std::string stage = text(r, "stage");
    if (stage == "booked") {
        std::cout << fmt::format("    typing begins {}, ready about {}\n", text(r, "typing_from_local"),
                                 text(r, "expected_ready_local"));
    }
    if (r.contains("late_s") && r["late_s"].is_number()) {
        const auto late = r["late_s"].get<std::int64_t>();
        std::cout << fmt::format("    ready {}: {} s {}\n", text(r, "ready"), std::abs(late),
                                 late > 0 ? "late" : "before its time");
    }
    if (!text(r, "why").empty()) {
        std::cout << "    " << text(r, "why") << "\n";
    }
}

void show(const common_options& common, const std::optional<service_json>& answer) {
    if (!answer) {
        return;
    }
    if (common.json) {
        std::cout << answer->dump(2) << "\n";
    } else if (answer->contains("reservations")) {
        for (const auto& one : (*answer)["reservations"]) {
            print_reservation(one);
        }
        if ((*answer)["reservations"].empty()) {
            std::cout << "No reservation stands.\n";
        }
    } else {
        print_reservation(*answer);
    }
}

std::string path_of(const std::string& id) {
    return "/v1/reservations/" + service::percent_encoded(id);
}

void run_reserve(common_options& common, const reserve_options& g) {
    if (g.earliest == !g.from.empty()) {
        throw CLI::ValidationError("reserve", "say --from TIME or --earliest, one of the two");
    }
    service_json body{{"for", g.length}, {"pods", g.pods}, {"owner", g.owner}, {"arguments", g.parameters.values()}};
    std::ifstream file(g.topology, std::ios::binary);
    if (!file && g.topology.find_first_of("./") == std::string::npos) {
        body["name"] = g.topology;  // one that the lab offers
    } else {
        std::ostringstream source;
        source << file.rdbuf();
        if (!file) {
            throw CLI::ValidationError("TOPOLOGY", "cannot read " + g.topology);
        }
        body["topology"] = source.str();
        body["file"] = g.topology;
    }
    if (!g.policy.empty()) {
        body["policy"] = g.policy;
    }
    if (!g.earliest) {
        body["from"] = g.from;
    }
    show(common, ask(g.service, "POST", "/v1/reservations", body, common.exit_code));
}

/// One line for each thing that happens.
bool print_event(const service::server_event& e, bool as_json) {
    const auto what = service_json::parse(e.data, nullptr, false);
    if (what.is_discarded()) {
        return true;
    }
    if (as_json) {
        std::cout << what.dump() << std::endl;
    } else if (e.event == "entry") {
        std::cout << fmt::format("{}  {} {} {}  {}{}", text(what, "time_local"), text(what, "reservation"),
                                 text(what, "what"), text(what, "subject"), text(what, "text"),
                                 text(what, "who") == "rollover" ? "" : "  by " + text(what, "who"))
                  << std::endl;
    } else {
        const auto total = what.value("total", 0);
        std::cout << fmt::format(
                         "    {} {} {}{} {}", text(what, "activation"), text(what, "device"), text(what, "stage"),
                         total > 0 ? fmt::format(" {}/{}", what.value("typed", 0), total) : "", text(what, "text"))
                  << std::endl;
    }
    return true;
}

}  // namespace

void add_reserve_commands(CLI::App& app, common_options& common) {
    const auto g = std::make_shared<reserve_options>();
    const auto subcommand = [&](const char* name, const char* what) {
        auto* made = app.add_subcommand(name, what);
        add_service_option(*made, g->service);
        add_json_option(*made, common);
        return made;
    };
    auto* reserve = subcommand("reserve", "Books a topology, or a class of them");
    reserve->add_option("TOPOLOGY", g->topology, "The topology's file, or the name of one that the lab offers")
        ->required();
    reserve->add_option("--from", g->from, "When it is to be ready: now, +2h, 14:00, \"2026-11-30 14:00\"");
    reserve->add_flag("--earliest", g->earliest, "As early as the lab can play it for that long");
    reserve->add_option("--for", g->length, "How long: 90m, 2h, 1d")->required();
    reserve->add_option("--pods", g->pods, "Copies of the topology, all or none")->capture_default_str();
    reserve->add_option("--owner", g->owner, "For whom, if not for yourself");
    reserve
        ->add_option("--policy", g->policy,
                     "When a device fails and no other one fits: strict, nothing is handed over (the default); "
                     "best-effort, what works is")
        ->check(CLI::IsMember({"strict", "best-effort"}));
    add_parameter_option(*reserve, g->parameters);
    reserve->callback([&common, g] { run_reserve(common, *g); });

    auto* offered = subcommand("topologies", "Those that the lab offers: everybody may book them by name");
    offered->callback([&common, g] {
        const auto found = ask(g->service, "GET", "/v1/topologies", {}, common.exit_code);
        for (const auto& name : found ? (*found)["topologies"] : service_json::array()) {
            std::cout << (common.json ? name.dump() : name.get<std::string>()) << "\n";
        }
    });

    auto* list = subcommand("reservations", "The reservations that are not over");
    list->add_option("--owner", g->owner, "Only his");
    list->add_flag("--all", g->all, "Also what is over");
    list->callback([&common, g] {
        std::map<std::string, std::string> query{{"all", g->all ? "true" : "false"}};
        if (!g->owner.empty()) {
            query["owner"] = g->owner;
        }
        show(common, ask(g->service, "GET", service::make_target("/v1/reservations", query), {}, common.exit_code));
    });

    auto* one = subcommand("show", "One reservation");
    one->add_option("ID", g->id, "r17")->required();
    one->callback([&common, g] { show(common, ask(g->service, "GET", path_of(g->id), {}, common.exit_code)); });

    auto* extend = subcommand("extend", "Moves the end of a reservation");
    extend->add_option("ID", g->id, "r17")->required();
    extend->add_option("--by", g->by, "How much longer: 30m");
    extend->add_option("--until", g->until, "Until when: 16:00");
    extend->callback([&common, g] {
        service_json body = service_json::object();
        if (!g->by.empty()) {
            body["by"] = g->by;
        }
        if (!g->until.empty()) {
            body["until"] = g->until;
        }
        show(common, ask(g->service, "POST", path_of(g->id) + "/extend", body, common.exit_code));
    });

    auto* cancel = subcommand("cancel", "Ends a reservation now; what runs is taken down");
    cancel->add_option("ID", g->id, "r17")->required();
    cancel->callback([&common, g] { show(common, ask(g->service, "DELETE", path_of(g->id), {}, common.exit_code)); });

    auto* watch = subcommand("watch", "What happens, as it happens; until Ctrl-C");
    watch->add_option("ID", g->id, "Only this reservation's entries");
    watch->callback([&common, g] {
        const std::map<std::string, std::string> query =
            g->id.empty() ? std::map<std::string, std::string>()
                          : std::map<std::string, std::string>{{"reservation", g->id}};
        follow(
            g->service, service::make_target("/v1/events", query),
            [&common](const service::server_event& e) { return print_event(e, common.json); }, common.exit_code);
    });
}

}  // namespace rollover::apps
