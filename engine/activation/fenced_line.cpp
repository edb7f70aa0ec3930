#include "engine/activation/fenced_line.h"

namespace rollover::activation {

namespace {

class fenced_line final : public transport::line {
public:
    fenced_line(std::unique_ptr<transport::line> over, std::function<bool()> may_act)
        : over_(std::move(over)), may_act_(std::move(may_act)) {}

    task<result<transport::line_event>> receive(std::span<char> into, time_point deadline) override {
        return over_->receive(into, deadline);
    }
    result<transport::send_result> try_send(char character) override {
        const auto mine = is_mine();
        return mine ? over_->try_send(character) : result<transport::send_result>(mine.error());
    }
    result<std::size_t> try_send_run(std::string_view characters) override {
        const auto mine = is_mine();
        return mine ? over_->try_send_run(characters) : result<std::size_t>(mine.error());
    }
    task<result<void>> writable(time_point deadline) override { return over_->writable(deadline); }
    std::optional<std::size_t> unacknowledged() const override { return over_->unacknowledged(); }
    bool is_suspended() const noexcept override { return over_->is_suspended(); }
    task<result<void>> send_break(duration how_long) override {
        const auto mine = is_mine();
        if (!mine) {
            co_return mine.error();
        }
        co_return co_await over_->send_break(how_long);
    }
    task<result<void>> change(const transport::serial_settings& wanted, time_point deadline) override {
        const auto mine = is_mine();
        if (!mine) {
            co_return mine.error();
        }
        co_return co_await over_->change(wanted, deadline);
    }
    bool has_control() const noexcept override { return over_->has_control(); }
    result<void> watch_inputs() override { return over_->watch_inputs(); }
    result<void> set_outputs(transport::modem_outputs wanted) override {
        const auto mine = is_mine();
        return mine ? over_->set_outputs(wanted) : mine;
    }
    result<void> set_flow_control(transport::flow_control wanted) override {
        const auto mine = is_mine();
        return mine ? over_->set_flow_control(wanted) : mine;
    }
    void close() noexcept override { over_->close(); }

private:
    result<void> is_mine() const {
        return may_act_() ? result<void>() : failure(errc::refused, "another service may work on this device by now");
    }

    std::unique_ptr<transport::line> over_;
    std::function<bool()> may_act_;
};

}  // namespace

std::unique_ptr<transport::line> fence_line(std::unique_ptr<transport::line> over, std::function<bool()> may_act) {
    return std::make_unique<fenced_line>(std::move(over), std::move(may_act));
}

}  // namespace rollover::activation
