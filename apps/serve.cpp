// rollover serve: the service of a lab; rollover lab reload.
#include "engine/service/serve.h"

#include "apps/service_client.h"
#include "engine/service/log_text.h"

#include <iostream>

namespace rollover::apps {

namespace {

struct serve_command {
    service::serve_options serve;
    service_options service;
};

void run_serve(const common_options& common, serve_command& g, int& exit_code) {
    g.serve.engine = common.make_engine_options();
    g.serve.log = [](const std::string& line) { std::cerr << line << "\n"; };
    const auto as_json = [](severity level, const std::string& text) {
        return service::json_log_text({level, "", "", text}, std::chrono::system_clock::now());
    };
    g.serve.serving = [&](const std::string& address) {
        const std::string text = "serving at " + address;
        std::cout << (g.serve.json_log ? as_json(severity::info, text) : text) << std::endl;
    };
    const auto report = service::serve(g.serve);
    if (!g.serve.json_log) {
        print(report.problems);
    } else {
        for (const auto& one : report.problems) {
            std::cerr << as_json(severity::error, one.text) << "\n";
        }
    }
    exit_code = static_cast<int>(report.how);
}

}  // namespace

void add_serve_command(CLI::App& app, common_options& common) {
    const auto g = std::make_shared<serve_command>();
    auto* serve = app.add_subcommand("serve", "Serves a lab: its calendar, its reservations, all activations");
    add_lab_option(*serve, common, true);
    add_state_option(*serve, common);
    serve->add_option("--listen", g->serve.listen, "ADDRESS:PORT for HTTP")->capture_default_str();
    serve->add_option("--site", g->serve.sites,
                      "Serves this site only, where several services share one --store; may be repeated");
    serve->add_option(
        "--term", g->serve.term,
        "So long after this service's last sign of life another on the same --store takes its work over: 30s");
    serve->add_option("--line-protocol", g->serve.line_protocol,
                      "ADDRESS:PORT for the plain-text protocol; not spoken when it is not given");
    serve->add_option("--tls-certificate", g->serve.tls_certificate, "PEM file: the certificate, and its chain");
    serve->add_option("--tls-key", g->serve.tls_key, "PEM file: its key, readable by the service alone");
    serve->add_flag("--insecure", g->serve.insecure,
                    "Listens without TLS on addresses that are not loopback: whoever is on the way reads the tokens");
    serve->add_option("--topologies", g->serve.topologies, "A folder of topologies that every user may book by name");
    serve->add_option("--client-rate", g->serve.client_rate, "Requests a second of each client; 0: no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    serve->add_option("--most-open", g->serve.most_open, "Reservations that one owner may have at once");
    serve->add_option("--longest", g->serve.longest, "The longest reservation: 8h");
    serve->add_option("--ahead", g->serve.ahead, "How far from now a reservation may end: 60d");
    serve->add_option("--recheck", g->serve.recheck,
                      "Tries devices in quarantine again, first after so long (30m), then after twice as long each "
                      "time, a day at most; left to a person when it is not given");
    serve->add_flag("--json-log", g->serve.json_log, "The log as JSON, an object on each line");
    serve->callback([&common, g] { run_serve(common, *g, common.exit_code); });
}

void add_reload_command(CLI::App& lab, common_options& common) {
    const auto service = std::make_shared<service_options>();
    auto* reload = lab.add_subcommand("reload", "Has the service read its lab and platform files anew");
    add_service_option(*reload, *service);
    reload->callback([&common, service] {
        if (ask(*service, "POST", "/v1/lab/reload", {}, common.exit_code)) {
            std::cout << "The lab was read anew.\n";
        }
    });
}

}  // namespace rollover::apps
