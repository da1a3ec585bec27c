"""Words that say nothing about which service is meant: manners, times, and what is asked of it.

They are blotted out before needs are compared, so that "how do I get there" fits no service. Names
are compared before, whole, with the everyday words in them. Pure data.
"""

from __future__ import annotations

_CHINESE = """
    你好 您好 请问 麻烦 谢谢 谢谢你 不好意思 打扰 劳驾 唔该 姑娘 小伙子 同志 小姐 师傅您 阿姨 大妈
    我 你 您 他 她 它 我们 你们 咱们 他们 人家 自己 大家 俺 俺们 侬 阿拉 咱 咱们这 咱们这儿 这边
    那边 这个 那个 这儿 那儿 这里 那里 这些 那些 哪个 哪些 哪里 哪儿 哪家 哪位 哪 谁 谁家 啥 什么
    什么的 怎么 怎么样 咋 咋个 咋样 咋整 为什么 为啥 多少 几 几个 几时 多久 啥子 啥时候 什么时候
    几点 几点钟 电话 号码 电话号码 地址 位置 地方 单位 部门 时间 钟头 小时 分钟 开门 关门 上班
    下班 营业 休息 放假 开放 开不开 开着 关着 开着没 关了没 办公 在哪 在哪里 在哪儿 搁哪 搁哪儿
    边度 多少钱 几多钱 收费 费用 要钱 免费吗 要不要钱 贵不贵 材料 证件 带什么 带啥 资格 条件
    怎么走 怎么去 咋走 坐几路 几路车 路线 今天 今儿 今儿个 今日 今朝 明天 明儿 昨天 昨儿 后天 前天
    现在 这会儿 眼下 刚才 刚刚 早上 上午 中午 下午 晚上 夜里 半夜 早晨 清早 周一 周二 周三 周四
    周五 周六 周日 周末 星期 星期一 星期二 星期三 星期四 星期五 星期六 星期天 星期日 礼拜 礼拜一
    礼拜二 礼拜三 礼拜四 礼拜五 礼拜六 礼拜天 月 号 点 点钟 年 天 国庆 春节 元旦 过年 每天 天天
    平时 一般 有时候 以后 以前 之前 之后 最近 附近 近处 远 近 旁边 对面 一下 一点 一会儿 一个 两个
    几天 一直 一样 这样 那样 这么 那么 是不是 有没有 能不能 可不可以 行不行 好不好 要不要 用不用
    会不会 在不在 可以 能够 应该 需要 想要 想 要 能 会 得 可 该 让 给 帮 帮我 帮忙 问 问问 问一下
    打听 打听个事 知道 晓得 告诉 告诉我 讲 说 说说 查 查查 查一下 看看 听说 听见 觉得 认为 以为
    介绍 介绍介绍 联系 找 找谁 去 来 到 上 下 走 坐 在 是 有 没有 没 不 别 也 都 还 就 才 再 又 太
    很 挺 特别 真 真的 只 只有 光 的 地 了 着 过 吗 呢 吧 啊 呀 哦 嗯 哎 唉 喂 嘛 呗 哈 啦 哟 伐
    不咯 得很 和 跟 与 或者 还是 但是 可是 不过 因为 所以 如果 要是 然后 就是 就是说 其实 反正
    好像 好 好的 对 对的 行 成 完 完了 出 出来 进 进去 起来 下来 下去 上来 回来 回去 过来 过去 里
    里面 里头 外面 上面 下面 前面 后面 东西 事 事儿 事情 问题 情况 办法 人 老人 老人家 老年人 老年
    老头 老头子 老太太 老太婆 老伴 老伴儿 儿子 女儿 闺女 儿女 孩子 孙子 孙女 媳妇 邻居 朋友 家
    家里 家里人 屋里 屋头 小区 社区 社区里 街道 岁 年纪 岁数 岁的 今年 去年 明年 多 少 大 小 高 低
    好几 好多 许多 些 点儿 把 被 从 往 向 对于 关于 用 拿 做 弄 搞 整 干 开 关 住 叫 桂花 桂花路
    桂花社区 服务 中心 那种 这种 那位 这位 那 这 每 第 比 更 最 先 请 谢 帮帮 帮帮我 弄好 厉害
    毛病 肯定 当然 师傅 有人 没人 别人 一回 一次 上回 一块儿 一起 清楚 明白 记得 忘了 忘记 不懂
    手续 麻烦你 麻烦您 帮个忙 打电话 天气 新闻 手机 短信 信息 英语 英文 中文 普通话 电脑 日子 声音
    听不清 听不见 看不清 看不见 登记 结束 记录 活动 免费
"""
_ENGLISH = """
    a an the this that these those some any every each no not one ones two i me my mine myself we
    us our you your yours he him his she her it its they them their who whom whose which what
    whats when where wheres whereabouts why how is are am was were be been being do does did done
    dont doesnt didnt have has had having can cant could couldnt will wont would wouldnt shall
    should may might must need needs needed want wants wanted like id im ive ill hes shes youre
    theyre weve theres thats lets and or but if so because then than as at by for from in into of
    off on onto out over to up down with without about after before again against around round
    near nearest nearby here there everywhere somewhere anywhere place places office centre center
    counter desk room service services station local community osmanthus road please kindly thank
    thanks thankyou hello hi hullo dear love sir madam miss sorry excuse pardon well now eh um er
    uh oh ah aye yes yeah okay ok right just really very quite bit little lot lots more most much
    many few other others another same too also only even still yet already always never ever
    sometimes today tomorrow yesterday tonight morning afternoon evening night noon midday day
    days week weekend weekends month months year years time times hour hours minute minutes oclock
    monday tuesday wednesday thursday friday saturday sunday christmas holiday holidays january
    february march april june july august september october november december open opens opened
    opening close closes closed closing shut shuts phone telephone number numbers ring call
    address location street cost costs price charge charges pay fee fees bring take takes took get
    gets got getting go goes going gone come comes coming give gives given tell tells told ask
    asks asked say says said know knows known find finds found look looks looking see sees think
    help helps helping work works working make makes made use used put let keep kept try thing
    things something anything nothing someone somebody anyone anybody everybody nobody people
    person folk folks man woman lady old older elderly senior seniors pensioner pensioners husband
    wife son daughter mother father mum dad grandson granddaughter friend neighbour neighbours
    family house home flat building wonder wondering mind able good great nice fine new sure way
    since until till while during between through pm per via etc whole own back company
    neighbourhood neighborhood district problem scheme english chinese message messages text texts
    texting letter grand cannot small big talk talks talking run running hear heard book booked
    booking read reading speak speaking stop write writing looked name names information care
    cares doing check checked checks stuff staff longer hallo card cards play plays playing order
    orders eight form forms shop shops light lights record records post carry drop code
"""

CHINESE = frozenset(_CHINESE.split())
ENGLISH = frozenset(_ENGLISH.split())
