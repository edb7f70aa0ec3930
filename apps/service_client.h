// What the subcommands that talk to `rollover serve` share.
#pragma once

#include "apps/commands.h"
#include "engine/base/secret.h"
#include "engine/service/http_client.h"
#include "engine/service/http_url.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace rollover::apps {

/// Answers of the service, and what is sent to it.
using service_json = nlohmann::json;

struct service_options {
    std::string url;        ///< of the service; $ROLLOVER_SERVICE, else this machine's
    std::string user;       ///< who asks, as long as there are no users; $USER
    std::string ca;         ///< PEM file of who is trusted to sign its certificate; $ROLLOVER_CA, else the system's
    bool insecure = false;  ///< the token may travel unencrypted
};
void add_service_option(CLI::App& command, service_options& into);

/// The service, asked several times over one connection. Problems are printed, and set the exit code.
class service_session {
public:
    service_session(const service_options& service, int& exit_code);

    /// One request; the answer's JSON. Nothing when it failed.
    [[nodiscard]] std::optional<service_json> ask(const std::string& method, const std::string& target,
                                                  const service_json& body = {});
    /// Reads events until `on_event` wants no more, Ctrl-C, or the service ends; connects again when it is lost.
    void follow(const std::string& target, const std::function<bool(const service::server_event&)>& on_event);

private:
    [[nodiscard]] service::http_request request_of(const std::string& method, const std::string& target,
                                                   const service_json& body) const;
    void fail(const failure& why);
    [[nodiscard]] result<void> open();

    service_options service_;
    int& exit_code_;
    real_runtime rt_;
    service::http_url url_;
    secret token_;
    std::unique_ptr<service::tls_client> tls_;
    std::unique_ptr<service::http_client> client_;  ///< nothing: it could not be opened, and that was told
};

/// One request, on a session of its own.
[[nodiscard]] std::optional<service_json> ask(const service_options& service, const std::string& method,
                                              const std::string& target, const service_json& body, int& exit_code);
void follow(const service_options& service, const std::string& target,
            const std::function<bool(const service::server_event&)>& on_event, int& exit_code);

/// The token of whoever calls: $ROLLOVER_TOKEN, else the first line of $XDG_CONFIG_HOME/rollover/token
/// (~/.config/rollover/token), which nobody else may read. Empty when there is neither. Never from the command line,
/// which everybody on the machine can read. Errors: bad_input.
[[nodiscard]] result<secret> own_token();

}  // namespace rollover::apps
