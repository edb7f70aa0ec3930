// A PostgreSQL cluster of a benchmark's own: Debian's server with its usual settings, in a folder that goes with it, on
// a socket in that folder (no port of the machine). It ends with the object.
#pragma once

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <set>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace rollover::tests {

class temporary_postgres {
public:
    /// In a folder of its own in `parent`; null when PostgreSQL is not installed, or does not start.
    static std::unique_ptr<temporary_postgres> start(const std::filesystem::path& parent) {
        std::unique_ptr<temporary_postgres> out(new temporary_postgres(parent));
        return out->is_up() ? std::move(out) : nullptr;
    }
    ~temporary_postgres() {
        if (server_ > 0) {
            ::kill(server_, SIGQUIT);  // at once: nothing of it is needed any more
            ::waitpid(server_, nullptr, 0);
        }
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    temporary_postgres(const temporary_postgres&) = delete;
    temporary_postgres& operator=(const temporary_postgres&) = delete;

    /// Of a database that is empty.
    [[nodiscard]] std::string fresh_database() {
        const std::string name = fmt::format("bench_{}", ++databases_);
        run({"createdb", "-h", folder_, "-U", "rollover", name});
        return fmt::format("postgresql://rollover@/{}?host={}", name, folder_.string());
    }

private:
    explicit temporary_postgres(const std::filesystem::path& parent)
        : folder_(parent / fmt::format("rollover-bench-postgres-{}", ::getpid())) {
        std::set<std::filesystem::path> versions;
        std::error_code none;
        for (const auto& one : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
            versions.insert(one.path() / "bin");
        }
        user_ = ::getpwnam("postgres");  // the server does not run as root
        if (versions.empty() || user_ == nullptr) {
            return;
        }
        programs_ = *versions.rbegin();
        std::filesystem::create_directories(folder_);
        if (::geteuid() == 0 && ::chown(folder_.c_str(), user_->pw_uid, user_->pw_gid) != 0) {
            return;
        }
        const auto data = folder_ / "data";
        if (run({"initdb", "-D", data, "-U", "rollover", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"}) != 0) {
            return;
        }
        server_ = begin({"postgres", "-D", data, "-h", "", "-k", folder_});
        for (int tries = 0; tries < 300 && !is_up(); ++tries) {
            ::usleep(100'000);
        }
    }

    [[nodiscard]] bool is_up() { return server_ > 0 && run({"pg_isready", "-q", "-h", folder_}) == 0; }

    pid_t begin(std::vector<std::string> command) {
        const pid_t child = ::fork();
        if (child != 0) {
            return child;
        }
        command[0] = programs_ / command[0];
        std::vector<char*> arguments;
        for (auto& one : command) {
            arguments.push_back(one.data());
        }
        arguments.push_back(nullptr);
        if (::freopen("/dev/null", "w", stdout) == nullptr || ::freopen("/dev/null", "w", stderr) == nullptr ||
            ::chdir("/") != 0) {
            ::_exit(126);
        }
        if (::geteuid() == 0 && (::initgroups("postgres", user_->pw_gid) != 0 || ::setgid(user_->pw_gid) != 0 ||
                                 ::setuid(user_->pw_uid) != 0)) {
            ::_exit(126);
        }
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a benchmark that is killed leaves no server
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    int run(std::vector<std::string> command) {
        int status = -1;
        ::waitpid(begin(std::move(command)), &status, 0);
        return status;
    }

    std::filesystem::path folder_;
    std::filesystem::path programs_;
    passwd* user_ = nullptr;
    pid_t server_ = 0;
    int databases_ = 0;
};

}  // namespace rollover::tests
