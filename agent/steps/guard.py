"""Guard: may this question be worked on at all? Length, attempts to turn the assistant, scope.

Nothing here protects documents: visibility is enforced in retrieval. The guard saves the user a
useless search and says plainly why.
"""

from __future__ import annotations

import re

from agent.settings import AgentSettings
from agent.state import Draft, State, Statement
from corpus.errors import InputError
from corpus.messages import msg

_TURN = re.compile(
    r"(忽略|无视|忘记|忘掉|不要管|跳过|绕过|覆盖)[^。，；\n]{0,12}(规则|指令|指示|要求|设定|限制|提示|约束|安全|身份|之前的|以上|前面|上面)"
    r"|(按照?|照着?|执行|遵照|听从)[^。，；\n]{0,8}(附件|下面|以下|下文|文中|文件)[^。，；\n]{0,8}(指示|指令|命令)"
    r"|系统提示|提示词|system\s*prompt"
    r"|(ignore|disregard|forget|bypass)\b.{0,40}\b(instruction|rule|prompt|previous|above|polic|restriction)"
    r"|(你现在|从现在起你|从现在开始你|请你)(是|扮演|充当|变成|假装)|假装你是|扮演(一个|一名|管理员|领导)"
    r"|开发者模式|developer mode|\bDAN\b|jailbreak|越狱"
    r"|(输出|显示|告诉我|打印|泄露|给我|导出|列出)[^。\n]{0,16}(密码|密钥|口令|api[\s_-]*key|token|环境变量|数据库连接|配置文件|源代码|内部文件|内部资料|涉密|机密文件|隐藏)"
    r"|(以|用|切换到|提升为|当成|作为)[^。，\n]{0,6}(staff|official|管理员|工作人员|root|内部人员)[^。\n]{0,4}(身份|权限|角色|回答)"
    r"|<\s*script|drop\s+table|/etc/passwd|\brm\s+-rf\b",
    re.IGNORECASE,
)
_FRAUD = re.compile(
    r"(帮我|替我|给我|教我|怎么|如何)[^。？]{0,12}"
    r"(编造|伪造|造假|虚构|虚开|套出来|套钱|骗补|套补|编一份|编一套|虚报|骗取|套取|蒙混|做假|造一份|能过审的|包过)"
    r"|(编|写)[^。？]{0,8}能过审的"
    r"|(改|涂改|篡改|换|凑)[^。？]{0,16}(查不出来|查不到|看不出来|不被发现|蒙过|瞒过)|(查不出来|不被发现)[^。？]{0,8}的?(办法|法子|方法)"
    r"|(替|帮|给)我?[^。？]{0,6}(写|开|出|做|弄|造|刻)[^。？]{0,16}(公章|盖[^。？]{0,8}章|假证|假章|红头文件|批文|证书)"
)
_PRIVATE = re.compile(
    r"(手机号|手机号码|电话号码|家庭住址|住址|身份证号|微信号|私人电话|个人电话|工资条|银行账号)"
)
_WRITING = re.compile(
    r"(写|作|创作|编)[^。？]{0,6}(诗|歌词|小说|代码|程序|作文|情书|段子|笑话|脚本)|讲[^。？]{0,4}(笑话|故事)|翻译(成|为|一下)"
)
_ADVICE = re.compile(
    r"(股票|基金|彩票|炒股|买哪只|涨停|抄底|比特币|选股)[^。？]{0,12}(推荐|买|涨|跌|走势|怎么|建议|选|值得)|推荐[^。？]{0,16}(股票|基金|彩票|选股)"
)
_FORECAST = re.compile(
    r"(预测|预计一下|估计一下|猜)[^。？]{0,20}(明年|后年|未来|下个月|下季度|增速|走势|多少)|明年[^。？]{0,12}(会|能)[^。？]{0,6}(增长|达到|是)多少"
    r"|(明年|后年|来年|今后|将来|以后|下一轮)[^。？]{0,12}会[^。？]{0,6}(涨|降|跌|上调|下调|提高|取消|放宽|收紧|变)"
)
_GREETING = re.compile(
    r"^(你好|您好|hi|hello|嗨|在吗|在么|早上好|下午好|晚上好|谢谢|多谢|再见|你是谁|你叫什么|你能做什么|你会什么|有什么功能|怎么用)[\s!！。.?？~呀啊吗]*$",
    re.IGNORECASE,
)


def guard(state: State) -> State:
    """Ends the run for questions that are empty, too long, hostile or plainly out of scope.

    Raises:
        InputError: the question is empty or longer than the limit.
    """
    question = state["question"].strip()
    check_question(question)
    from agent.lexis import normalise

    text = normalise(question)
    for key, pattern in (
        ("answer.hostile", _TURN),
        ("answer.fraud", _FRAUD),
        ("answer.private", _PRIVATE),
        ("answer.off_topic", _WRITING),
        ("answer.advice", _ADVICE),
        ("answer.forecast", _FORECAST),
    ):
        if pattern.search(text):
            return {"halt": Draft("refused", [Statement(msg(key))])}
    if _GREETING.match(text):
        return {"halt": Draft("clarify", [Statement(msg("answer.greeting"))])}
    return {"question": question}


def check_question(question: str) -> None:
    """Raises InputError for an empty question or one longer than `ZHIXUN_MAX_QUESTION`."""
    limit = AgentSettings().max_question
    if not re.search(r"\w", question):
        raise InputError("answer.empty_question")
    if len(question) > limit:
        raise InputError("answer.long_question", length=len(question), limit=limit)
