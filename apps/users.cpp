// rollover user: who may reach the service, and by which tokens; rollover audit-log: who did what.
#include "engine/api/users.h"

#include "apps/service_client.h"
#include "engine/scheduler/local_time.h"
#include "engine/service/http_message.h"

#include <cstdlib>
#include <fmt/format.h>
#include <iostream>

namespace rollover::apps {

namespace {

struct user_options {
    service_options service;
    std::string name;
    std::string role;
    std::string token;
    std::string expires;
    std::string since;
    std::string until;
    bool refused = false;
};

engine_options options_of(const common_options& common) {
    auto out = common.make_engine_options();
    const char* user = std::getenv("USER");
    out.owner = user != nullptr ? user : "";
    return out;
}

bool finish(const api::users_report& report, common_options& common) {
    print(report.problems);
    common.exit_code = static_cast<int>(report.how);
    return report.how == answer::done;
}

std::string text_of(const std::optional<access::second>& when, std::string_view otherwise) {
    return when ? scheduler::to_utc_text(*when) : std::string(otherwise);
}

void run_add(common_options& common, const user_options& g) {
    if (finish(api::add_user(options_of(common), g.name, *access::role_of(g.role)), common)) {
        std::cout << fmt::format("{} is a user, with role {}. For a token: rollover user token {}\n", g.name, g.role,
                                 g.name);
    }
}

void run_remove(common_options& common, const user_options& g) {
    const auto report = api::remove_user(options_of(common), g.name);
    if (!finish(report, common)) {
        return;
    }
    std::cout << g.name << " is no user any more; what he has booked stays\n";
    if (report.users.empty()) {
        std::cerr << "No user is left: whoever comes from the service's machine is an operator now.\n";
    }
}

service_json as_json(const access::user& one) {
    service_json tokens = service_json::array();
    for (const auto& token : one.tokens) {
        tokens.push_back({{"id", token.id},
                          {"made", scheduler::to_utc_text(token.made)},
                          {"used", text_of(token.used, "")},
                          {"expires", text_of(token.expires, "")}});
    }
    return {
        {"name", one.name}, {"role", name_of(one.is)}, {"made", scheduler::to_utc_text(one.made)}, {"tokens", tokens}};
}

void run_list(common_options& common) {
    const auto report = api::list_users(options_of(common));
    if (!finish(report, common)) {
        return;
    }
    if (common.json) {
        service_json all = service_json::array();
        for (const auto& one : report.users) {
            all.push_back(as_json(one));
        }
        std::cout << service_json{{"users", all}}.dump(2) << "\n";
        return;
    }
    for (const auto& one : report.users) {
        std::cout << fmt::format("{:<20} {}\n", one.name, name_of(one.is));
        for (const auto& token : one.tokens) {
            std::cout << fmt::format("    {:<6} made {}, used {}, expires {}\n", token.id,
                                     scheduler::to_utc_text(token.made), text_of(token.used, "never"),
                                     text_of(token.expires, "never"));
        }
    }
    if (report.users.empty()) {
        std::cout << "There is no user: whoever comes from the service's machine is an operator.\n";
    }
}

void run_token(common_options& common, const user_options& g) {
    std::optional<std::chrono::seconds> lives;
    if (!g.expires.empty()) {
        const auto read = scheduler::read_length(g.expires);
        if (!read) {
            throw CLI::ValidationError("--expires", "'" + g.expires + "' is no length of time: 90d");
        }
        lives = *read;
    }
    const auto report = api::issue_token(options_of(common), g.name, lives);
    if (!finish(report, common)) {
        return;
    }
    const std::string& token = report.issued->value.text.reveal();
    if (common.json) {
        std::cout << service_json{{"id", report.issued->id}, {"user", g.name}, {"token", token}}.dump(2) << "\n";
        return;
    }
    std::cout << token << "\n";
    std::cerr << fmt::format(
        "This is token {} of {}, shown this once: keep it in $ROLLOVER_TOKEN or, readable by {} alone, in "
        "~/.config/rollover/token.\n",
        report.issued->id, g.name, g.name);
}

void run_revoke(common_options& common, const user_options& g) {
    if (finish(api::revoke_token(options_of(common), g.token), common)) {
        std::cout << g.token << " lets nobody in any more\n";
    }
}

std::string text_in(const service_json& from, const char* key) {
    return from.value(key, "");
}

void run_audit_log(common_options& common, const user_options& g) {
    std::map<std::string, std::string> query{{"refused", g.refused ? "true" : "false"}};
    for (const auto& [key, value] : {std::pair("user", &g.name), {"since", &g.since}, {"until", &g.until}}) {
        if (!value->empty()) {
            query[key] = *value;
        }
    }
    const auto found = ask(g.service, "GET", service::make_target("/v1/audit", query), {}, common.exit_code);
    if (!found) {
        return;
    }
    if (common.json) {
        std::cout << found->dump(2) << "\n";
        return;
    }
    for (const auto& one : (*found)["entries"]) {
        const std::string token = text_in(one, "token");
        const std::string peer = text_in(one, "peer");
        std::cout << fmt::format("{}  {:<12} {}{}{}  {} {} {}  {}\n", text_in(one, "time_local"),
                                 text_in(one, "who").empty() ? "?" : text_in(one, "who"), token,
                                 token.empty() || peer.empty() ? "" : " ", peer, text_in(one, "what"),
                                 text_in(one, "reservation"), text_in(one, "subject"), text_in(one, "text"));
    }
}

}  // namespace

void add_user_commands(CLI::App& app, common_options& common) {
    const auto g = std::make_shared<user_options>();
    auto* user = app.add_subcommand("user", "Users of the service, and their tokens; works on the state folder");
    user->require_subcommand(1);
    const auto subcommand = [&](const char* name, const char* what) {
        auto* made = user->add_subcommand(name, what);
        add_state_option(*made, common);
        return made;
    };
    auto* add = subcommand("add", "Makes a user");
    add->add_option("NAME", g->name, "Letters, digits, '.', '-', '_' and '@'")->required();
    add->add_option("--role", g->role,
                    "user: books what the lab offers; author: also topologies of his own; operator: everything")
        ->required()
        ->check(CLI::IsMember({"user", "author", "operator"}));
    add->callback([&common, g] { run_add(common, *g); });

    auto* remove = subcommand("remove", "Removes a user, with all tokens");
    remove->add_option("NAME", g->name, "Whom")->required();
    remove->callback([&common, g] { run_remove(common, *g); });

    auto* list = subcommand("list", "All users, and what may be known of their tokens");
    add_json_option(*list, common);
    list->callback([&common] { run_list(common); });

    auto* token = subcommand("token", "Makes a token for a user, and shows it, this once");
    token->add_option("NAME", g->name, "For whom")->required();
    token->add_option("--expires", g->expires, "After how long it lets nobody in any more: 90d; else never");
    add_json_option(*token, common);
    token->callback([&common, g] { run_token(common, *g); });

    auto* revoke = subcommand("revoke", "Makes a token worthless, at once");
    revoke->add_option("TOKEN-ID", g->token, "t17, as `rollover user list` has it")->required();
    revoke->callback([&common, g] { run_revoke(common, *g); });
    user->footer("Exit codes: 0 done, 1 the state cannot be read or written, 2 the input is wrong.");

    auto* log = app.add_subcommand("audit-log", "Who did what, from where, and what was refused; for operators");
    add_service_option(*log, g->service);
    add_json_option(*log, common);
    log->add_option("--user", g->name, "Only what this one did");
    log->add_option("--since", g->since, "From when: 2026-11-30, \"2026-11-30 14:00\"");
    log->add_option("--until", g->until, "Until when");
    log->add_flag("--refused", g->refused, "Only what was refused");
    log->callback([&common, g] { run_audit_log(common, *g); });
}

}  // namespace rollover::apps
