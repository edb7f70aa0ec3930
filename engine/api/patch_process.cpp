#include "engine/api/patch_process.h"

#include "engine/base/text.h"
#include "engine/store/patch_files.h"
#include "engine/store/process_lock.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rollover::api {

namespace {

using namespace std::chrono_literals;

constexpr duration polite_limit = 5s;

/// A process, held fast: its number cannot be given to another one while we look at it.
class process_handle {
public:
    /// Whoever holds the lock; nobody: no handle.
    static process_handle of_holder(const std::filesystem::path& lock) {
        const auto first = store::process_lock::holder(lock);
        if (!first) {
            return process_handle(-1, 0);
        }
        process_handle held(static_cast<int>(::syscall(SYS_pidfd_open, *first, 0)), *first);
        // The same one after it is held fast: so it was that one. Else it ended between, and nobody else begins.
        if (store::process_lock::holder(lock) != first) {
            return process_handle(-1, 0);
        }
        return held;
    }
    process_handle(process_handle&& other) noexcept
        : descriptor_(std::exchange(other.descriptor_, -1)), pid_(other.pid_) {}
    process_handle& operator=(process_handle&&) = delete;
    ~process_handle() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] bool signal(int which) const {
        return ::syscall(SYS_pidfd_send_signal, descriptor_, which, nullptr, 0) == 0 || errno == ESRCH;
    }

private:
    process_handle(int descriptor, pid_t pid) : descriptor_(descriptor), pid_(pid) {}
    int descriptor_;
    pid_t pid_;
};

failure cannot_end(pid_t pid, int error) {
    return failure(errc::io, fmt::format("the process {} that carries the patches cannot be ended: {}", pid,
                                         std::error_code(error, std::generic_category()).message()))
        .advise(fmt::format("run this as the user who activated, or: kill {}", pid));
}

}  // namespace

task<result<void>> patch_process::begin(const model::lab& /*lab*/, const plan::plan& /*plan*/, std::string activation,
                                        time_point deadline) {
    process_request request;
    request.argv = {options_.program.string(), "patch", activation, "--detach", "--state", options_.state.string()};
    for (const auto& folder : options_.converters) {
        request.argv.emplace_back("--converters");
        request.argv.push_back(std::filesystem::absolute(folder).string());
    }
    if (!options_.store.empty()) {
        request.environment.emplace_back("ROLLOVER_STORE", options_.store);  // may hold a password
    }
    request.limit = deadline - rt_.now();
    auto ran = co_await rt_.run(std::move(request));
    if (!ran) {
        co_return std::move(ran).error().at("patches");
    }
    if (ran->timed_out) {
        co_return failure(errc::timed_out, "the lines were not open in time").at("patches");
    }
    if (ran->exit_code != 0) {
        const auto why = std::string(trim(ran->errors.substr(0, ran->errors.find_last_not_of('\n') + 1)));
        co_return failure(errc::io, why.empty() ? "the process that carries the patches did not start" : why);
    }
    co_return result<void>();
}

bool patch_process::carries(const std::string& /*activation*/) {
    return store::process_lock::holder(store::patch_files(options_.folder).lock()).has_value();
}

task<result<void>> patch_process::end(std::string /*activation*/, time_point deadline) {
    const auto who = process_handle::of_holder(store::patch_files(options_.folder).lock());
    if (who.descriptor() < 0) {
        co_return result<void>();
    }
    auto watching = rt_.watch(who.descriptor());
    if (!watching) {
        co_return std::move(watching).error();
    }
    const auto exit = std::move(*watching);
    const time_point polite_until = std::min(rt_.now() + polite_limit, deadline);
    for (const auto& [which, until] : {std::pair(SIGTERM, polite_until), std::pair(SIGKILL, deadline)}) {
        if (!who.signal(which)) {
            co_return cannot_end(who.pid(), errno);
        }
        auto ended = co_await exit->wait(descriptor_watch::readiness::readable, until);
        if (ended || ended.error().code != errc::timed_out) {
            co_return ended;
        }
    }
    co_return failure(errc::timed_out, fmt::format("the process {} that carries the patches does not end", who.pid()));
}

}  // namespace rollover::api
