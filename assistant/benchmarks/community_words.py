"""What the residents of the simulated community say of one trouble, each in her own words."""

from __future__ import annotations

from typing import Final

TROUBLES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "water": {
        "zh": (
            "我家水龙头一滴水都不出了",
            "怎么突然停水了，家里没水做饭",
            "自来水断了，从早上到现在都没有水",
            "水管里没水了，厕所也冲不了",
            "今天没水了，你们知道不知道啊",
            "家里停水了，打开龙头只有气没有水",
            "水停了快一个钟头了，老伴等着烧水吃药",
            "我们这栋楼没有水了，是不是停水",
        ),
        "en": (
            "there is no water coming out of my taps",
            "the water is off in my kitchen since this morning",
            "we have no water at all today",
            "my taps have run dry, has the water been cut off",
        ),
    },
    "lift": {
        "zh": (
            "电梯坏了，停在三楼不动",
            "电梯又不动了，我腿脚不好下不了楼",
            "我们单元的电梯停了，按了没反应",
            "电梯门打不开，坏了一上午了",
            "电梯一直不来，灯也不亮，怕是坏了",
            "坐电梯的时候忽然停了一下，现在不能用了",
            "电梯不走了，买了菜上不去",
            "楼里电梯坏了没人修",
        ),
        "en": (
            "the lift is broken again and I cannot get down",
            "our lift has stopped working",
            "the lift is stuck and the doors will not open",
            "the lift is out of order this morning",
        ),
    },
    "power": {
        "zh": (
            "家里没电了，整个单元都黑了",
            "突然停电了，冰箱也停了",
            "我们这边断电了，是跳闸了吗",
            "电没了，灯都不亮，是不是停电",
            "停电半个小时了，电饭锅饭煮了一半",
            "家里一点电都没有，对门也没电",
            "怎么又停电了，我这有制氧机呢",
            "整栋楼没有电了",
        ),
        "en": (
            "the power has gone off in my flat",
            "there is no electricity in our stairwell",
            "we have had a power cut since ten",
            "the electricity is off and my neighbour has none either",
        ),
    },
    "waste": {
        "zh": (
            "楼下垃圾堆了好几天没人收，臭死了",
            "垃圾桶满了都流出来了，没人清",
            "垃圾没有人拉，门口全是苍蝇",
            "这几天垃圾车没来，垃圾堆成山了",
            "垃圾站臭得不敢开窗，什么时候来收",
            "垃圾袋扔得满地都是，没人扫",
            "楼门口的垃圾三天没收了",
            "垃圾桶好几天没倒了，味道很大",
        ),
        "en": (
            "the rubbish has not been collected for days",
            "the bins are overflowing and they smell",
            "nobody has emptied the bins this week",
            "there is rubbish piled up outside our door",
        ),
    },
}
"By topic of a case and language; a planted cluster is one topic from one place on one morning."
