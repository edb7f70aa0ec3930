#include "engine/activation/hooks.h"

#include "engine/base/text.h"

namespace rollover::activation {

namespace {

std::string_view name_of_moment(model::hook::moment when) {
    switch (when) {
        case model::hook::moment::before_activation: return "before-activation";
        case model::hook::moment::after_activation: return "after-activation";
        case model::hook::moment::before_deactivation: return "before-deactivation";
        case model::hook::moment::after_deactivation: return "after-deactivation";
        case model::hook::moment::line_busy: return "line-busy";
        case model::hook::moment::power_cycle: return "power-cycle";
    }
    return "before-activation";
}

/// The end of what a program said, short enough for a message.
std::string last_words(const process_result& ended) {
    constexpr std::size_t enough = 500;
    const std::string& said = ended.errors.empty() ? ended.output : ended.errors;
    return said.size() <= enough ? said : said.substr(said.size() - enough);
}

result<void> judge(const model::hook& hook, const result<process_result>& ended, const std::string& where) {
    if (!ended) {
        failure f = ended.error();
        return std::move(f).at(where);
    }
    if (ended->timed_out) {
        return failure(errc::timed_out,
                       "the hook was killed at its limit of " +
                           std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(hook.limit).count()) +
                           " ms")
            .at(where)
            .said(last_words(*ended));
    }
    if (ended->exit_code != 0) {
        return failure(errc::io, "the hook ended with exit code " + std::to_string(ended->exit_code))
            .at(where)
            .said(last_words(*ended));
    }
    return {};
}

}  // namespace

task<result<void>> run_hooks(environment& env, const model::lab& lab, model::hook::moment when, std::string activation,
                             std::string topology, hook_variables more) {
    for (const auto& hook : lab.hooks) {
        if (hook.when != when) {
            continue;
        }
        process_request request;
        request.argv = hook.command;
        request.limit = hook.limit;
        request.environment = {{"ROLLOVER_ACTIVATION", activation},
                               {"ROLLOVER_LAB", lab.file},
                               {"ROLLOVER_TOPOLOGY", topology},
                               {"ROLLOVER_MOMENT", std::string(name_of_moment(when))},
                               {"ROLLOVER_FOLDER", env.folder.string()}};
        request.environment.insert(request.environment.end(), more.begin(), more.end());
        const auto ended = co_await env.rt.run(std::move(request));
        const auto verdict = judge(hook, ended, to_string(hook.place) + ": hook " + hook.command.front());
        if (!verdict) {
            co_return verdict.error();
        }
    }
    co_return result<void>();
}

}  // namespace rollover::activation
