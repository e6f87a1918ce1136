"""Invented names of organisations and topics of projects. Any likeness to real ones is an accident."""

UNIVERSITIES = {
    "한별": "Hanbyeol", "가온누리": "Gaonnuri", "다솜": "Dasom", "라온제": "Raonje", "마루한": "Maruhan",
    "새빛솔": "Saebitsol", "아라온": "Araon", "온새미로": "Onsaemiro", "윤슬": "Yunseul", "은가람": "Eungaram",
    "이든샘": "Ideunsaem", "참빛골": "Chambitgol", "해오름": "Haeoreum", "물보라": "Mulbora", "늘봄": "Neulbom",
    "도담": "Dodam", "미르내": "Mireunae", "벼리": "Byeori", "산들": "Sandeul", "시나브로": "Sinabro",
    "예그리나": "Yegrina", "하람": "Haram", "꽃보라": "Kkotbora", "휘나리": "Hwinari", "달보드레": "Dalbodeure",
    "별하": "Byeolha", "너나들이": "Neonadeuri", "푸르내": "Pureunae", "모꼬지": "Mokkoji", "새하마노": "Saehamano",
}  # fmt: skip
DEPARTMENTS = {
    "인공지능대학원": "Graduate School of AI", "전산학부": "School of Computing", "전자공학부": "School of Electronics",
    "기계공학과": "Mechanical Engineering", "의과대학": "College of Medicine", "화학공학과": "Chemical Engineering",
    "생명과학부": "School of Life Sciences", "데이터사이언스학과": "Data Science", "신소재공학부": "Materials Science",
    "언어학과": "Linguistics",
}  # fmt: skip
INSTITUTES = {
    "미리내": "Mirinae", "별무리": "Byeolmuri", "한울림": "Hanullim", "가람슬기": "Garamseulgi", "너른들": "Neoreundeul",
    "새돌": "Saedol", "온누리숲": "Onnurisup", "큰바람": "Keunbaram",
}  # fmt: skip
INSTITUTE_KINDS = {
    "과학연구원": "Science Institute", "데이터연구소": "Data Laboratory", "바이오연구원": "Bio Institute",
    "기후연구원": "Climate Institute", "기술연구원": "Technology Institute",
}  # fmt: skip
FIRMS = {
    "물푸레": "Mulpure", "도토리숲": "Dotorisup", "너럭바위": "Neoreokbawi", "반딧골": "Banditgol", "버들치": "Beodeulchi",
    "산까치": "Sankkachi", "솔방울": "Solbangul", "수수꽃": "Susukkot", "여우비": "Yeoubi", "이슬터": "Iseulteo",
    "조약돌": "Joyakdol", "달무리": "Dalmuri", "꽃다지": "Kkotdaji", "노루귀": "Norugwi", "바람꽃": "Baramkkot",
    "소나기재": "Sonagijae", "억새밭": "Eoksaebat", "샛별나루": "Saetbyeolnaru", "두루미": "Durumi", "함박눈": "Hambaknun",
}  # fmt: skip
FIRM_KINDS = {
    "에이아이": "AI", "랩스": "Labs", "로보틱스": "Robotics", "바이오": "Bio", "데이터": "Data", "비전": "Vision",
    "시스템": "Systems", "모빌리티": "Mobility", "소프트": "Soft",
}  # fmt: skip
REGIONS = {"capital": 52, "chungcheong": 18, "yeongnam": 17, "honam": 9, "gangwon_jeju": 4}

SUBJECTS = {
    "language_model": (
        "한국어 장문 이해", "한국어 추론", "다국어 번역", "소형 언어모델", "한국어 코드 생성", "구어체 대화", "검색증강 질의응답",
        "전문가 혼합 구조",
    ),
    "multimodal": ("한국어 영상 이해", "문서 이미지 해석", "음성·텍스트 통합", "위성 영상", "3차원 장면 이해", "동영상 생성",
                   "도표 질의응답", "수어 번역"),
    "biomedical": ("단백질 구조", "신약 후보 물질", "병리 영상", "의료 기록", "유전체 변이", "뇌파 신호", "희귀질환 진단",
                   "항체 설계"),
    "materials": ("이차전지 전해질", "촉매 표면 반응", "고분자 물성", "합금 설계", "결정 구조", "탄소 포집 소재",
                  "디스플레이 소재", "분자 동역학"),
    "climate": ("중기 기상 예보", "집중호우", "미세먼지 확산", "해양 순환", "산불 위험", "가뭄 지수", "태양광 발전량",
                "도시 열섬"),
    "manufacturing": ("용접 결함", "공정 이상", "설비 예지보전", "디지털 트윈 공장", "사출 공정", "조선 설계", "철강 압연",
                      "품질 검사"),
    "robotics": ("휴머노이드 보행", "로봇 손 조작", "군집 드론", "물류 피킹", "수술 로봇", "가사 로봇", "시각·언어·행동",
                 "농업 로봇"),
    "mobility": ("도심 자율주행", "교통 흐름", "항만 물류", "철도 운행", "전기차 충전", "선박 항로", "운전자 행동",
                 "고정밀 지도"),
    "semiconductor": ("회로 배치", "리소그래피 보정", "수율 예측", "메모리 소자", "아날로그 설계", "웨이퍼 결함",
                      "칩 검증", "열 해석"),
    "security": ("악성코드 탐지", "딥페이크 판별", "네트워크 침입", "개인정보 비식별", "모델 탈옥 방어", "소스코드 취약점",
                 "보이스피싱", "산업재해 예방"),
    "public_service": ("법률 판례", "민원 응대", "특허 심사", "세무 상담", "복지 사각지대", "재난 대응", "공공 조달",
                       "행정 문서"),
    "culture_education": ("고전 문헌 번역", "웹툰 제작", "한국 음악", "맞춤형 수학 학습", "문화재 복원", "방언 음성",
                          "게임 캐릭터", "외국인 한국어 학습"),
}  # fmt: skip
FORMS = (
    "{} 특화 파운데이션 모델 개발",
    "{} 분야 추론형 언어모델 연구",
    "{} 데이터 사전학습과 평가체계 구축",
    "{} 멀티모달 모델 학습",
    "{} 시뮬레이션 대리모델 개발",
    "{} 예측 모형의 대규모 학습과 검증",
    "{} 에이전트의 강화학습 연구",
    "{} 생성모델의 경량화와 증류",
    "{} 합성데이터 생성과 미세조정",
    "{} 벤치마크와 안전성 평가",
)
USE_WEIGHTS = {
    "language_model": 14, "multimodal": 13, "biomedical": 13, "materials": 7, "climate": 6, "manufacturing": 9,
    "robotics": 9, "mobility": 7, "semiconductor": 6, "security": 6, "public_service": 5, "culture_education": 5,
}  # fmt: skip
PURPOSES = {
    "academia": {"basic_research": 55, "model_development": 30, "public_benefit": 15},
    "research": {"basic_research": 40, "model_development": 30, "public_benefit": 30},
    "industry": {"product_research": 60, "model_development": 35, "public_benefit": 5},
}
