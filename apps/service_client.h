// What the subcommands that talk to `rollover serve` share.
#pragma once

#include "apps/commands.h"
#include "engine/service/http_client.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rollover::apps {

/// Answers of the service, and what is sent to it.
using service_json = nlohmann::json;

struct service_options {
    std::string url;   ///< of the service; $ROLLOVER_SERVICE, else this machine's
    std::string user;  ///< who asks; $USER
};
void add_service_option(CLI::App& command, service_options& into);

/// One request; the answer's JSON. Nothing when it failed: then the problem was printed, and `exit_code` set.
[[nodiscard]] std::optional<service_json> ask(const service_options& service, const std::string& method,
                                              const std::string& target, const service_json& body, int& exit_code);

/// Reads events until `on_event` wants no more, Ctrl-C, or the service ends; connects again when it is lost.
void follow(const service_options& service, const std::string& target,
            const std::function<bool(const service::server_event&)>& on_event, int& exit_code);

}  // namespace rollover::apps
