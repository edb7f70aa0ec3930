#include "engine/service/at_jobs.h"

#include "engine/base/text.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace rollover::service {

namespace {

bool is_job_number(std::string_view text) {
    return !text.empty() && text.size() < 10 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// `command` with nothing of our environment but what a job needs.
std::vector<std::string> with_bare_environment(std::vector<std::string> command) {
    std::vector<std::string> out{"env", "-i", "TZ=UTC", "SHELL=/bin/sh"};
    for (const auto* name : {"PATH", "HOME", "USER", "LOGNAME"}) {
        if (const char* value = std::getenv(name)) {
            out.push_back(std::string(name) + "=" + value);
        }
    }
    out.insert(out.end(), command.begin(), command.end());
    return out;
}

}  // namespace

std::string at_time_text(scheduler::instant when) {
    return fmt::format("{:%Y%m%d%H%M}", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

std::optional<std::string> at_job_number(std::string_view said) {
    constexpr std::string_view mark = "job ";
    while (!said.empty()) {
        const auto line = said.substr(0, said.find('\n'));
        said.remove_prefix(std::min(said.size(), line.size() + 1));
        if (line.starts_with(mark)) {
            const auto number = line.substr(mark.size(), line.find(' ', mark.size()) - mark.size());
            if (is_job_number(number)) {
                return std::string(number);
            }
        }
    }
    return std::nullopt;
}

std::vector<std::string> at_jobs_of(std::string_view via) {
    std::vector<std::string> out;
    if (!via.starts_with("at ")) {
        return out;
    }
    for (via.remove_prefix(3); !via.empty();) {
        const auto word = via.substr(0, via.find(' '));
        via.remove_prefix(std::min(via.size(), word.size() + 1));
        if (is_job_number(word)) {
            out.emplace_back(word);
        }
    }
    return out;
}

std::string shell_word(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

task<result<std::string>> submit_at_job(runtime& rt, scheduler::instant when, std::string script) {
    process_request request;
    request.argv = with_bare_environment({"at", "-M", "-t", at_time_text(when)});
    request.input = std::move(script);
    request.folder = "/";
    const auto ran = co_await rt.run(std::move(request));
    if (!ran) {
        co_return failure(ran.error());
    }
    if (ran->exit_code == 127) {
        co_return failure(errc::not_found, "there is no program 'at' here")
            .advise("install the package at, and see that atd runs");
    }
    const auto number = at_job_number(ran->errors);
    if (ran->exit_code != 0 || !number) {
        co_return failure(errc::io, "at does not take the job: " + printable(ran->errors));
    }
    co_return *number;
}

task<void> remove_at_jobs(runtime& rt, std::string via) {
    const auto jobs = at_jobs_of(via);
    if (jobs.empty()) {
        co_return;
    }
    process_request request;
    request.argv = with_bare_environment({"atrm"});
    request.argv.insert(request.argv.end(), jobs.begin(), jobs.end());
    request.folder = "/";
    const auto ran = co_await rt.run(std::move(request));
    static_cast<void>(ran.has_value());
}

}  // namespace rollover::service
