#include "drivers/crossconnect/host.h"

#include "drivers/transport/ssh.h"

namespace rollover::crossconnect {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_output = std::size_t{64} << 20U;  // 100,000 rules and more
constexpr duration longest_command = 1min;
constexpr duration longest_stream = 24h;

std::vector<std::pair<std::string, std::string>> environment_of(const address& where) {
    std::vector<std::pair<std::string, std::string>> environment{{"LC_ALL", "C"}};
    if (!where.ovs_run_dir.empty()) {
        environment.emplace_back("OVS_RUNDIR", where.ovs_run_dir);
    }
    return environment;
}

class local_host final : public host {
public:
    local_host(runtime& rt, const address& where) : runtime_(rt), environment_(environment_of(where)) {}

    task<result<process_result>> run(std::vector<std::string> argv, std::string input, time_point deadline) override {
        const auto now = runtime_.now();
        if (deadline <= now) {
            co_return failure(errc::timed_out, "no time is left to run " + argv.front());
        }
        process_request request;
        request.argv = std::move(argv);
        request.input = std::move(input);
        request.environment = environment_;
        request.limit = std::min(longest_command, deadline == never ? longest_command : deadline - now);
        request.output_limit = most_output;
        auto program = request.argv.front();
        auto ended = co_await runtime_.run(std::move(request));
        if (ended && ended->timed_out) {
            co_return failure(errc::timed_out, program + " did not end in time and was killed");
        }
        co_return std::move(ended);
    }

    task<result<process_result>> stream(std::vector<std::string> argv, std::function<void(std::string_view)> on_output,
                                        time_point deadline) override {
        process_request request;
        request.argv = std::move(argv);
        request.environment = environment_;
        request.limit = deadline == never ? longest_stream : std::max(deadline - runtime_.now(), duration::zero());
        request.on_output = std::move(on_output);
        auto ended = co_await runtime_.run(std::move(request));
        co_return std::move(ended);
    }

    [[nodiscard]] bool runs_several() const noexcept override { return true; }

private:
    runtime& runtime_;
    std::vector<std::pair<std::string, std::string>> environment_;
};

class ssh_host final : public host {
public:
    ssh_host(std::unique_ptr<transport::ssh_client> client, const address& where)
        : client_(std::move(client)), environment_(environment_of(where)) {}
    ~ssh_host() override { client_->close(); }
    ssh_host(const ssh_host&) = delete;
    ssh_host& operator=(const ssh_host&) = delete;

    task<result<process_result>> run(std::vector<std::string> argv, std::string input, time_point deadline) override {
        auto line = shell_line(argv, environment_);
        auto ended = co_await client_->execute(std::move(line), std::move(input), deadline);
        if (ended && ended->timed_out) {
            co_return failure(errc::timed_out, argv.front() + " did not end in time");
        }
        co_return std::move(ended);
    }

    task<result<process_result>> stream(std::vector<std::string> argv, std::function<void(std::string_view)> on_output,
                                        time_point deadline) override {
        auto line = shell_line(argv, environment_);
        auto ended = co_await client_->stream(std::move(line), std::move(on_output), deadline);
        co_return std::move(ended);
    }

    [[nodiscard]] bool runs_several() const noexcept override { return false; }

private:
    std::unique_ptr<transport::ssh_client> client_;
    std::vector<std::pair<std::string, std::string>> environment_;
};

}  // namespace

task<result<std::unique_ptr<host>>> open_host(runtime& rt, address where, time_point deadline) {
    if (where.host.empty()) {
        std::unique_ptr<host> here = std::make_unique<local_host>(rt, where);
        co_return std::move(here);
    }
    transport::ssh_address to;
    to.to = {where.host, where.port};
    to.user = where.user;
    to.password = where.password;
    to.key = where.key;
    to.agent = where.agent;
    to.known_hosts = where.known_hosts;
    auto connected = co_await transport::ssh_connect(rt, std::move(to), deadline);
    if (!connected) {
        co_return connected.error();
    }
    std::unique_ptr<host> there = std::make_unique<ssh_host>(std::move(*connected), where);
    co_return std::move(there);
}

}  // namespace rollover::crossconnect
